import { post } from './page.js';
import { said } from './inline.js';
import { insert } from './mentions.js';
import { begins, suggest, type Suggestion } from './suggest.js';

/** What the server offers for the request that is open. */
interface Item {
  id: number;
  kind: 'text' | 'macro';
  name: string;
  /** As it would stand in the message. */
  text: string;
  does: string;
  /** For these there is nothing to put in. */
  missing: string[];
}
const most = 8;

/** A slash offers text templates, which are put in with their variables filled, and macros, which are applied. */
export function offerTemplates(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const box = form.querySelector<HTMLElement>('.slash');
  const list = box?.querySelector<HTMLElement>('.slash-list');
  const preview = box?.querySelector<HTMLElement>('.slash-preview');
  const { insertUrl, macroUrl } = form.dataset;
  if (!box || !list || !preview || !insertUrl || !macroUrl) return;
  let asked: Promise<Item[]> | null = null;
  const items = () => (asked ??= load(insertUrl));
  const of = new WeakMap<Suggestion, Item>();
  suggest(field, {
    list,
    box,
    pattern: /(?:^|\s)(\/[\p{L}\p{M}\d-]*(?: [\p{L}\p{M}\d-]*)?)$/u,
    find: async (typed) => {
      const found = (await items()).filter(({ name }) => begins(name, typed.slice(1))).slice(0, most);
      return found.map((item) => {
        const one: Suggestion = {
          label: item.name,
          ...(item.kind === 'macro' ? { hint: item.does } : {}),
          choose: (length) => (item.kind === 'macro' ? apply(field, length, macroUrl, item) : put(field, length, item)),
        };
        of.set(one, item);
        return one;
      });
    },
    marked: (one) => {
      const item = of.get(one);
      const lines = [item?.text || item?.does, item?.missing.length ? `${preview.dataset['missing']} ${item.missing.join(', ')}` : ''];
      preview.replaceChildren(...lines.filter(Boolean).map((line, at) => paragraph(line ?? '', at > 0)));
    },
  });
  form.querySelector('[data-slash]')?.addEventListener('click', (event) => {
    event.preventDefault();
    const before = field.value.slice(0, field.selectionStart);
    field.focus();
    insert(field, 0, before === '' || /\s$/.test(before) ? '/' : ' /');
  });
}

async function load(url: string): Promise<Item[]> {
  const response = await fetch(url, { headers: { accept: 'application/json' } }).catch(() => null);
  return response?.ok ? ((await response.json()) as { items: Item[] }).items : [];
}

function put(field: HTMLTextAreaElement, length: number, { text }: Item): void {
  const from = field.selectionStart - length;
  insert(field, length, text);
  // The first thing that is missing is chosen, to be typed over.
  const gap = /\[[^\]]+\]/.exec(text);
  if (gap) field.setSelectionRange(from + gap.index, from + gap.index + gap[0].length);
}

function apply(field: HTMLTextAreaElement, length: number, url: string, { id }: Item): void {
  insert(field, length, '');
  const body = new FormData();
  body.set('macro', String(id));
  post(url, body).then(said, () => said({ ok: false, status: 0, error: document.body.dataset['offline'] ?? '' }));
}

function paragraph(text: string, warns: boolean): HTMLElement {
  const made = document.createElement('p');
  made.textContent = text;
  if (warns) made.className = 'tone-warn';
  return made;
}
