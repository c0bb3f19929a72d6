/** A path on this site, or `/`: whatever else a form or address says is not followed (open redirects). */
export function localPath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(path) ? path : '/';
}
