import { statSync } from 'node:fs';
import type { Database } from '../../core/api.js';
import { never } from '../../plugins/desk/api.js';
import { insertRows } from '../../plugins/demo/rows.js';
import { firstId, perCustomer } from './register-data.js';

/** Ids of the requests begin here. */
export const firstRequest = 10_000;
/** Messages of each request. */
export const perRequest = 3;
const phrases = 1_000;
const syllables = 'ka lo mi ra te su vi no pe du ga li mo ro ta se bu fi ne po da gu la mu ri to sa be fu ni'.split(' ');

/** Word `n` of a vocabulary: short ones are common. */
function wordOf(n: number): string {
  let [word, rest] = ['', n];
  do word += syllables[rest % syllables.length]!;
  while ((rest = Math.floor(rest / syllables.length)) > 0);
  return `${word}${n % 7 === 0 ? 'n' : ''}`;
}
let seed = 1;
const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
/** A few words stand in most texts, most in few, as in real ones. */
const text = (length: number): string[] => Array.from({ length }, () => wordOf(Math.floor(random() ** 3 * 8_000)));

/** Requests with messages, events and the index of their texts, by few statements on both engines: the last ones are the newest. */
export async function fillDesk(db: Database, total: number, customers: number): Promise<void> {
  const batch = Math.ceil(total / 10);
  const digits = Math.ceil(Math.log10(batch));
  await db.run('CREATE TABLE bench_digits (n INTEGER PRIMARY KEY)');
  await insertRows(
    db,
    'bench_digits',
    Array.from({ length: 10 }, (_, n) => ({ n })),
  );
  await db.run('CREATE TABLE bench_phrases (n INTEGER PRIMARY KEY, title TEXT, title_tokens TEXT, body TEXT, body_tokens TEXT, note_tokens TEXT)');
  await insertRows(
    db,
    'bench_phrases',
    Array.from({ length: phrases }, (_, n) => {
      const [title, body] = [text(5), text(18)];
      const tokens = (part: string, words: readonly string[]) => words.map((word) => `q${part}${word}`).join(' ');
      return {
        n,
        title: title.join(' '),
        title_tokens: tokens('t', title),
        body: body.join(' '),
        body_tokens: tokens('b', body),
        note_tokens: tokens('i', body),
      };
    }),
  );
  const mysql = db.dialect === 'mysql';
  // A list of words is made faster than it is added to.
  if (mysql) await db.run('ALTER TABLE desk_request_texts DROP INDEX desk_request_texts_fts');
  const places = Array.from({ length: digits }, (_, index) => index);
  const number = places.map((place) => `d${place}.n * ${10 ** place}`).join(' + ');
  const from = places.map((place) => `bench_digits d${place}`).join(' CROSS JOIN ');
  for (let part = 0; part < 10; part += 1) {
    const [low, high] = [firstRequest + part * batch, firstRequest + (part + 1) * batch];
    const at = new Date(Date.now() - (10 - part) * 36 * 86_400_000);
    await db.transaction(async () => {
      await db.run(
        `INSERT INTO desk_requests (id, number, type, customer_id, installation_id, subject, text, urgency, priority, importance, status, open, origin, due_at, version, updated_at, created_at)
         SELECT x.id, x.id + 100000, 'fault', x.customer, x.customer * ${perCustomer.installations} + x.id % 2, s.title, b.body, 2, 1 + x.id % 4, 3,
           CASE WHEN x.id % 100 < 2 THEN 'new' WHEN x.id % 100 < 4 THEN 'accepted' WHEN x.id % 100 = 4 THEN 'waiting' ELSE 'closed' END,
           CASE WHEN x.id % 100 < 5 THEN 1 ELSE 0 END, 'portal', ?, 1, ?, ?
         FROM (SELECT ${low} + ${number} AS id, ${firstId} + (${number}) % ${customers} AS customer FROM ${from} WHERE ${number} < ${batch}) x
         JOIN bench_phrases s ON s.n = (x.id * 7) % ${phrases} JOIN bench_phrases b ON b.n = (x.id * 11 + 5) % ${phrases}`,
        [never, at, at],
      );
      await db.run(
        `INSERT INTO desk_messages (owner, owner_id, visibility, origin, text, at)
         SELECT 'request', r.id, CASE WHEN r.id % 4 = 0 AND k.n = 2 THEN 'internal' ELSE 'public' END, 'portal', p.body, ?
         FROM desk_requests r CROSS JOIN bench_digits k JOIN bench_phrases p ON p.n = (r.id * 13 + k.n * 31) % ${phrases} WHERE r.id >= ? AND r.id < ? AND k.n < ${perRequest}`,
        [at, low, high],
      );
      await db.run(
        "INSERT INTO desk_request_events (request_id, kind, at, data) SELECT id, 'created', created_at, '{}' FROM desk_requests WHERE id >= ? AND id < ?",
        [low, high],
      );
      await db.run(
        `INSERT INTO desk_request_texts (id, tokens)
         SELECT r.id, concat(' qt', r.number, ' ', s.title_tokens, ' qp', c.number, ' ', b.body_tokens, ' ', m.body_tokens, ' ', n.body_tokens, ' ',
           CASE WHEN r.id % 4 = 0 THEN o.note_tokens ELSE o.body_tokens END, ' qbref', r.id, ' ')
         FROM desk_requests r JOIN customers_customers c ON c.id = r.customer_id JOIN bench_phrases s ON s.n = (r.id * 7) % ${phrases}
         JOIN bench_phrases b ON b.n = (r.id * 11 + 5) % ${phrases} JOIN bench_phrases m ON m.n = (r.id * 13) % ${phrases}
         JOIN bench_phrases n ON n.n = (r.id * 13 + 31) % ${phrases} JOIN bench_phrases o ON o.n = (r.id * 13 + 62) % ${phrases} WHERE r.id >= ? AND r.id < ?`,
        [low, high],
      );
    });
  }
  await db.run("DELETE FROM core_sequences WHERE name = 'request'");
  await db.run("INSERT INTO core_sequences (name, value) VALUES ('request', 9000000)");
  if (!mysql) return;
  await db.run('ALTER TABLE desk_request_texts ADD FULLTEXT INDEX desk_request_texts_fts (tokens)');
  for (const table of ['desk_requests', 'desk_messages', 'desk_request_texts']) await db.run(`ANALYZE TABLE ${table}`);
}

/** Words by how many requests have them, most first: of every hundredth of the list, one. */
export function wordsByRank(): string[] {
  return Array.from({ length: 40 }, (_, n) => wordOf(Math.floor((n / 40) ** 3 * 8_000)));
}

/** Bytes that the database takes on the disk. */
export async function bytesOf(db: Database, dataDir: string): Promise<number> {
  if (db.dialect === 'sqlite')
    return ['', '-wal'].reduce((sum, end) => sum + (statSync(`${dataDir}/portico.sqlite${end}`, { throwIfNoEntry: false })?.size ?? 0), 0);
  const [row] = await db.query<{ n: number }>(
    "SELECT SUM(file_size) AS n FROM information_schema.innodb_sys_tablespaces WHERE name LIKE concat(DATABASE(), '/%')",
  );
  return Number(row?.n ?? 0);
}
