import { onClick } from './dom.js';

/** Light, dark or as the system has it: kept in a cookie, so that the server sends the right page at once. */
export function startMode(): void {
  onClick('[data-mode]', (chosen) => {
    const mode = chosen.dataset['mode'] ?? '';
    document.cookie = `theme=${mode}; path=/; max-age=${mode ? 31_536_000 : 0}; samesite=lax`;
    if (mode) document.documentElement.dataset['theme'] = mode;
    else delete document.documentElement.dataset['theme'];
    for (const button of document.querySelectorAll<HTMLElement>('[data-mode]')) button.setAttribute('aria-pressed', String(button.dataset['mode'] === mode));
  });
}
