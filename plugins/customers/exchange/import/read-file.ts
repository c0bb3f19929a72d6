import { parse } from 'csv-parse/sync';
import { InvalidInputError, type Message } from '../../../../core/api.js';

export const maxRows = 20_000;
export const maxBytes = 20 * 1024 * 1024;

export interface FileTable {
  headings: string[];
  /** Cells with the line of the file they begin on. */
  rows: { line: number; cells: string[] }[];
}
const refuse = (key: string, vars?: Message['vars']) => new InvalidInputError({ file: { key: `customers:import.error.${key}`, vars } });

/** A table from a file of a spreadsheet: encoding and separator are found in it. @throws InvalidInputError for `file` */
export function readTable(bytes: Buffer): FileTable {
  const text = decode(bytes);
  if (text.includes('\0')) throw refuse('notText');
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      delimiter: separator(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      to: maxRows + 2,
    }) as unknown as typeof records;
  } catch (error) {
    throw refuse('broken', { line: (error as { lines?: number }).lines ?? 1 });
  }
  const [first, ...rest] = records;
  const rows = rest.map(({ record, info }) => ({ line: info.lines, cells: record })).filter(({ cells }) => cells.some((cell) => cell !== ''));
  if (!first || rows.length === 0) throw refuse('empty');
  if (rows.length > maxRows) throw refuse('tooMany', { max: maxRows });
  return { headings: first.record.slice(0, 100), rows };
}

/** UTF-8, UTF-16 by its mark, and what spreadsheets in Western Europe wrote before. */
function decode(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return new TextDecoder('utf-16le').decode(bytes);
  if (mark === 'feff') return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Whichever stands most often in the headings, outside of quotes. */
function separator(text: string): string {
  const line = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (mark: string): number => line.split(mark).length;
  return [';', '\t', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
