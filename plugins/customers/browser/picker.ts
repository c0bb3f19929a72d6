/// <reference lib="dom" />

/** Lists of tick boxes that are searched: what is ticked stays while the results change. */
function start(): void {
  document.addEventListener('htmx:beforeSwap', (event) => {
    const results = event.target as HTMLElement;
    if (!results.matches?.('[data-picker-results]')) return;
    const chosen = results.closest('[data-picker]')?.querySelector('[data-picker-chosen]');
    for (const box of results.querySelectorAll<HTMLInputElement>('input:checked')) chosen?.append(box.closest('label')!);
  });
  document.addEventListener('htmx:afterSwap', () => {
    for (const picker of document.querySelectorAll('[data-picker]')) {
      const chosen = new Set([...picker.querySelectorAll<HTMLInputElement>('[data-picker-chosen] input')].map((box) => box.value));
      for (const box of picker.querySelectorAll<HTMLInputElement>('[data-picker-results] input')) if (chosen.has(box.value)) box.closest('label')?.remove();
    }
  });
}
start();
