import sanitizeHtml from 'sanitize-html';

/** More than anybody writes; what generators of markup append does not keep the server busy. */
const maxHtml = 500_000;
const blocks = ['p', 'div', 'br', 'hr', 'li', 'tr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'table', 'ul', 'ol', 'section', 'article', 'header', 'footer'];
const windows1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };

/** What a person reads in an HTML mail, as plain text: scripts, styles and hidden tricks are gone, quotes get their `>`. */
export function htmlToText(html: string): string {
  const safe = sanitizeHtml(html.slice(0, maxHtml), {
    allowedTags: [...blocks, 'a', 'blockquote'],
    allowedAttributes: { a: ['href'] },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    nonTextTags: ['script', 'style', 'title', 'textarea', 'option', 'noscript'],
    nestingLimit: 200,
  });
  let depth = 0;
  let out = '';
  let link = '';
  let linkStart = 0;
  const newline = (): void => {
    if (out !== '' && !out.endsWith('\n')) out += '\n';
  };
  const write = (text: string): void => {
    const clean = text.replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? '').replace(/[ \t\r\n\u00a0]+/g, ' ');
    const piece = out === '' || /\s$/.test(out) ? clean.trimStart() : clean;
    if (piece === '') return;
    out += (depth > 0 && (out === '' || out.endsWith('\n')) ? `${'>'.repeat(Math.min(depth, 5))} ` : '') + piece;
  };
  // What sanitize-html returns has no other "<" than those of its tags.
  for (const [, tag, text] of safe.matchAll(/<([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) {
      write(text);
      continue;
    }
    const name = /^\/?\s*(\w+)/.exec(tag ?? '')?.[1] ?? '';
    const closing = tag?.startsWith('/') === true;
    if (name === 'a') {
      if (closing) {
        const shown = out.slice(linkStart);
        if (link !== '' && !shown.includes(link.replace(/^(mailto|tel):/, ''))) write(` <${link}>`);
        link = '';
      } else {
        link = (/href="([^"]*)"/.exec(tag ?? '')?.[1] ?? '').replace(/&amp;/g, '&');
        linkStart = out.length;
      }
    } else if (name === 'blockquote') {
      newline();
      depth = Math.max(0, depth + (closing ? -1 : 1));
    } else if (name === 'br') out = `${out.replace(/ $/, '')}\n`;
    else {
      newline();
      if (name === 'li' && !closing) write('- ');
      if (closing && (name === 'p' || /^h\d$/.test(name))) out += '\n';
    }
  }
  return tidy(out);
}

/** Lines without trailing blanks and control characters, at most one empty line in a row. */
export function tidy(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // Where windows-1252 was read as latin1, as some releases of Node do.
      .replace(/[\u0080-\u009f]/g, (char) => windows1252[char.charCodeAt(0) - 0x80] ?? '')
      // oxlint-disable-next-line no-control-regex -- control and direction characters are what is removed
      .replace(/[\0-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
      .split('\n')
      // Signatures are recognized by "-- ", which keeps its blank.
      .map((one) => (one === '-- ' ? one : one.trimEnd()))
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}
