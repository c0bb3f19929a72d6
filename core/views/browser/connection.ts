/** A quiet line while the browser is offline. */
export function startConnection(): void {
  const line = document.createElement('div');
  line.className = 'offline';
  line.setAttribute('role', 'status');
  line.hidden = navigator.onLine;
  line.textContent = navigator.onLine ? '' : (document.body.dataset['offline'] ?? '');
  document.body.append(line);
  const show = () => {
    line.hidden = navigator.onLine;
    line.textContent = navigator.onLine ? '' : (document.body.dataset['offline'] ?? '');
  };
  addEventListener('online', show);
  addEventListener('offline', show);
}
