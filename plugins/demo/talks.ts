import { openRequestStatuses } from '../desk/api.js';
import type { Cast, Place } from './cast.js';
import { samples, talks, type Talk } from './data/index.js';
import type { Parts } from './loader.js';
import { Random, at } from './random.js';
import { insertRequests, placed } from './reports.js';
import { insertRows, takeNumbers } from './rows.js';

const minuteMs = 60_000;
/** Requests with conversations, tags and mentions: what a day at the desk is made of. Call it inside a transaction. */
export async function createTalks({ db }: Pick<Parts, 'db'>, random: Random, cast: Cast, now: Date): Promise<void> {
  const told = samples.flatMap(({ language }) => talks[language].map((talk) => ({ talk, place: random.pick(placesOf(cast, language)) })));
  const first = await takeNumbers(db, 'request', 4000, told.length);
  // The last one told is the newest; each has been going on for a while.
  const begun = told.map((_, index) => new Date(now.getTime() - (told.length - index) * 95 * minuteMs));
  const solvers = told.map(({ talk }, index) => (talk.status === 'new' ? null : at(cast.technicians, index).id));
  const ids = await insertRequests(
    db,
    told.map(({ talk, place }, index) => ({
      ...placed(place, cast),
      ...(talk.type === 'internal' ? { reporter_account_id: at(solvers, index) } : {}),
      number: first + index,
      type: talk.type,
      subject: talk.subject,
      text: talk.text,
      urgency: Math.max(1, 4 - talk.priority),
      priority: talk.priority,
      importance: talk.importance,
      status: talk.status,
      open: Number((openRequestStatuses as readonly string[]).includes(talk.status)),
      origin: talk.origin,
      solver_id: at(solvers, index),
      created_at: at(begun, index),
      updated_at: spoken(at(begun, index), talk.lines.length),
    })),
  );
  const requests = told.map((one, index) => ({
    ...one,
    id: at(ids, index),
    begun: at(begun, index),
    solver: at(solvers, index),
    colleague: at(cast.technicians, index + 1),
  }));
  await insertRows(
    db,
    'desk_request_tags',
    requests.flatMap(({ id, talk }) => talk.tags.map((tag) => ({ request_id: id, tag, label: tag }))),
  );
  await insertRows(
    db,
    'desk_messages',
    requests.flatMap(({ id, talk, place, begun: from, solver, colleague }) =>
      talk.lines.map((line, index) => ({
        owner: 'request',
        owner_id: id,
        visibility: line.by === 'note' ? 'internal' : 'public',
        author_id: line.by === 'customer' ? placed(place, cast).reporter_account_id : solver,
        origin: line.by === 'customer' ? talk.origin : 'staff',
        text: line.text.replace('{who}', colleague.name.split(' ', 1)[0] ?? ''),
        at: spoken(from, index + 1),
      })),
    ),
  );
  const named = requests.filter(({ talk }) => talk.lines.some(mentions));
  for (const { id, colleague } of named)
    await db.run(
      "INSERT INTO desk_mentions (account_id, message_id, request_id, seen) SELECT ?, id, owner_id, 0 FROM desk_messages WHERE owner = 'request' AND owner_id = ? AND text LIKE ?",
      [colleague.id, id, '%@%'],
    );
}

const spoken = (from: Date, lines: number): Date => new Date(from.getTime() + lines * 7 * minuteMs);
const mentions = (line: Talk['lines'][number]): boolean => line.text.includes('{who}');
const placesOf = (cast: Cast, language: string): Place[] => cast.places.filter((place) => place.sample.language === language);
