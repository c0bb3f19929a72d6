const scripts = /<script\b[\s\S]*?<\/script>/gi;
const tags = /<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
const skipLink = /<a class="skip-link"[\s\S]*?<\/a>/;
/** Attributes by which a page changes by itself or sends something. */
const lively = /\s(?:hx-[\w:-]+|data-live|data-dialog|data-confirm|data-draft|formaction|autofocus)(?:="[^"]*")?/gi;
const addresses = /(\s(?:href|src|action|poster)=")(\/(?!\/)[^"]*)"/gi;

/** A page of another person as a preview: links stay inside of it, nothing can be sent, no script runs. `bar` says whose view it is. */
export function previewHtml(html: string, base: string, bar: string): string {
  return html
    .replace(scripts, '')
    .replace(tags, (tag) => {
      const still = tag.replace(lively, '');
      if (/^<form\b/i.test(still) && /\smethod="post"/i.test(still)) return still.replace(/\saction="[^"]*"/i, '').replace(/>$/, ' inert>');
      return still.replace(addresses, (_all, start: string, path: string) => `${start}${within(base, path)}"`);
    })
    .replace(skipLink, (link) => link + bar);
}

/** An address of the previewed site inside of the preview; what every site has stays where it is. */
export function within(base: string, path: string): string {
  return /^\/(assets|brand)\//.test(path) || !path.startsWith('/') || path.startsWith('//') ? path : base + path;
}
