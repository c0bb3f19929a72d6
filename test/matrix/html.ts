import type { Answer } from '../support/client.js';

const tags = /<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;

/** What an answer lacks or has too much of, by the rules for every answer of a site. */
export function faultsOf(answer: Answer): string[] {
  const faults: string[] = [];
  const header = (name: string) => answer.headers.get(name) ?? '';
  const policy = header('content-security-policy');
  if (header('x-content-type-options') !== 'nosniff') faults.push('without nosniff');
  if (header('x-powered-by') !== '') faults.push('says what it runs on');
  if (!policy) faults.push('without a content security policy');
  if (!header('content-type').startsWith('text/html')) return faults;
  // A mail is shown as it was written, in a frame that may do nothing.
  if (/\bsandbox\b/.test(policy)) return /default-src 'none'/.test(policy) ? faults : [...faults, `sandbox that may load: ${policy}`];
  if (!/default-src 'self'/.test(policy) || /unsafe-|\*|https?:/.test(policy)) faults.push(`weak policy: ${policy}`);
  if (!/frame-ancestors 'none'/.test(policy) || !/base-uri 'none'/.test(policy) || !/object-src 'none'/.test(policy))
    faults.push(`policy lacks a directive: ${policy}`);
  for (const [tag] of answer.text.matchAll(tags)) {
    const bare = tag.replace(/"[^"]*"|'[^']*'/g, '""');
    if (/\s(?:on[a-z]+|style|srcdoc|hx-on[^\s=]*|hx-vars)\s*=/i.test(bare)) faults.push(`inline script or style: ${tag.slice(0, 120)}`);
    if (/^<script/i.test(tag) && !/\ssrc=|type="application\/json"/i.test(tag)) faults.push(`inline script: ${tag}`);
    if (/^<style/i.test(tag)) faults.push('inline style sheet');
    if (/\s(?:href|src|action|formaction)="\s*(?:javascript|data):/i.test(tag)) faults.push(`script address: ${tag.slice(0, 120)}`);
  }
  return faults;
}
