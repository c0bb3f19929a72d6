/** Lines above which mail programs put what was answered, in the five languages and as Outlook writes them. */
const separators = [
  /^-{2,}\s*(original message|forwarded message|ursprungligt meddelande|vidarebefordrat meddelande|ursprüngliche nachricht|weitergeleitete nachricht|oorspronkelijk bericht|doorgestuurd bericht|pôvodná správa|preposlaná správa)\s*-{2,}$/i,
  /^_{20,}$/,
];
/** "On Monday, Anna wrote:" */
const attribution = /^(on|am|den|op|dňa|dne|v|\d{1,2}\.?)\s.{0,250}(wrote|schrieb|skrev|schreef|napísal(\(a\))?|napísala)(\s.{0,120})?:$/i;
/** The block of headers that Outlook puts there without a line. */
const headerFrom = /^\*?(from|från|von|van|od):\*?\s/i;
const headerRest = /^\*?(sent|date|skickat|datum|gesendet|verzonden|odoslané|dátum|to|till|an|aan|komu):\*?\s/i;
const mobile =
  /^(sent from my|get outlook for|skickat från min|skickades från min|von meinem .{2,40} gesendet|gesendet von|verstuurd vanaf|verzonden vanaf|odoslané z)\b/i;

/** A mail without what it quotes and without signature; `folded` is what was taken away, null if nothing. */
export interface Folded {
  text: string;
  folded: string | null;
}

/**
 * Cuts the quoted mail below an answer, and the signature. Quotes with answers between or below them stay: they are part of
 * what is said. If nothing would be left, all of it stays.
 */
export function foldQuotes(whole: string): Folded {
  const lines = whole.split('\n');
  const cut = signatureStart(lines.slice(0, quoteStart(lines)));
  const text = lines.slice(0, cut).join('\n').trimEnd();
  const folded = lines.slice(cut).join('\n').trim();
  return text.trim() === '' || folded === '' ? { text: whole.trim(), folded: null } : { text, folded };
}

/** Index of the first line of the quoted mail, or the number of lines. */
function quoteStart(lines: readonly string[]): number {
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i]!.trim();
    if (separators.some((one) => one.test(line)) && (!line.startsWith('_') || lines.slice(i + 1, i + 4).some((next) => headerFrom.test(next)))) return i;
    if (headerFrom.test(line) && lines.slice(i + 1, i + 5).filter((next) => headerRest.test(next)).length >= 2) return i;
    if (isAttribution(lines, i) && onlyQuoted(lines.slice(i + (line.endsWith(':') ? 1 : 2)))) return i;
  }
  let end = lines.length;
  while (end > 0 && (lines[end - 1]!.trim() === '' || lines[end - 1]!.startsWith('>'))) end -= 1;
  return lines.slice(end).some((line) => line.startsWith('>')) ? end : lines.length;
}

/** Long ones are wrapped onto a second line. */
function isAttribution(lines: readonly string[], i: number): boolean {
  const [one, two] = [lines[i]!.trim(), lines[i + 1]?.trim() ?? ''];
  const whole = one.endsWith(':') ? one : one === '' || !two.endsWith(':') ? '' : `${one} ${two}`;
  // With a time in it: a sentence such as "On Monday I wrote:" is one's own.
  return attribution.test(whole) && /\d/.test(whole);
}

/** Nothing of one's own below? Some programs do not mark what they quote at all: then everything below is the quote. */
function onlyQuoted(below: readonly string[]): boolean {
  const said = below.filter((line) => line.trim() !== '');
  const marked = said.filter((line) => line.startsWith('>')).length;
  return marked === 0 || marked === said.length || signatureStart(said.filter((line) => !line.startsWith('>'))) === 0;
}

/** Index of the line that begins the signature, or the number of lines. */
function signatureStart(lines: readonly string[]): number {
  const standard = lines.findLastIndex((line) => line === '-- ' || line === '--');
  if (standard >= 0 && lines.length - standard <= 20) return standard;
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return last >= 0 && mobile.test(lines[last]!.trim()) ? last : lines.length;
}
