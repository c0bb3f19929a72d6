import MarkdownIt from 'markdown-it';
import sanitize from 'sanitize-html';

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true });
markdown.linkify.set({ fuzzyLink: false });
// Pictures from elsewhere would tell their owner who reads: they stay links.
markdown.disable('image');

const rules: sanitize.IOptions = {
  allowedTags: [
    'p',
    'br',
    'strong',
    'em',
    's',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
    'a',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'mark',
  ],
  allowedAttributes: { a: ['href', 'rel'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  transformTags: {
    a: sanitize.simpleTransform('a', { rel: 'noopener noreferrer nofollow' }),
    // Headings of a message must not stand among those of the page.
    ...Object.fromEntries(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((tag) => [tag, 'strong'])),
  },
};

/** Most messages have none of it and need neither parser. */
const special = /[*_`~#|<>&[\]\\@]|:\/\/|mailto:|^[ \t]*(?:[-+=]|\d{1,9}[.)])|^(?: {4}|\t)/m;
const most = 1_000;
const made = new Map<string, string>();

/** What people write as safe HTML: Markdown without HTML and pictures. `names`: people who are named with @. */
export function richHtml(text: string, names: readonly string[] = []): string {
  if (!special.test(text)) return paragraphs(text);
  const key = `${names.join('\n')}\0${text}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const html = sanitize(marked(markdown.render(text), names), rules).trim();
  if (made.size >= most) made.delete(made.keys().next().value ?? '');
  made.set(key, html);
  return html;
}

const paragraphs = (text: string): string =>
  text
    .trim()
    .split(/\n\s*\n/)
    .map((part) => `<p>${part.trim().replaceAll('"', '&quot;').replaceAll('\n', '<br />\n')}</p>`)
    .join('\n');

/** Marks the names in the text of HTML that was just made, not in its tags. */
function marked(html: string, names: readonly string[]): string {
  const escaped = names.map((name) => markdown.utils.escapeHtml(`@${name}`).replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (escaped.length === 0) return html;
  const named = new RegExp(`(?:${escaped.sort((a, b) => b.length - a.length).join('|')})(?![\\p{L}\\p{N}])`, 'giu');
  return html.replace(/<[^>]*>|[^<]+/g, (part) => (part.startsWith('<') ? part : part.replace(named, '<mark>$&</mark>')));
}
