/** The part of htmx that is used here. */
interface Htmx {
  trigger(element: Element, name: string): void;
  /** Makes the attributes of markup work that a script put in. */
  process(element: Element): void;
}

export function htmx(): Htmx | undefined {
  return (window as { htmx?: Htmx }).htmx;
}

/** Sends the session's token with every request that htmx makes, and shows forms that came back with errors. */
export function startHtmx(): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? '';
  document.addEventListener('htmx:configRequest', (event) => {
    const { headers, triggeringEvent } = (event as CustomEvent<{ headers: Record<string, string>; triggeringEvent?: Event }>).detail;
    headers['X-CSRF-Token'] = token;
    // The page does this by itself: the server must not take it for the person's activity.
    if (triggeringEvent?.type === 'live') headers['X-Live'] = '1';
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>;
    if (detail.xhr.status === 422) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
    // Signed out meanwhile: the page asks for log-in, a part of it must not.
    if (detail.xhr.status === 401) location.reload();
  });
}
