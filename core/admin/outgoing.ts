import { z } from 'zod';
import type { AccountService } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { NotFoundError } from '../errors.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import type { OutboxRow } from '../notifications/model.js';
import type { Outbox } from '../notifications/outbox.js';
import { OutgoingMessages } from '../notifications/outgoing.js';
import type { Settings } from '../settings/service-types.js';

export interface OutgoingPageDeps {
  db: Database;
  outbox: Outbox;
  accounts: Pick<AccountService, 'getMany'>;
  audit: Audit;
  settings: Pick<Settings, 'get'>;
}
const STATES = ['queued', 'sending', 'waiting', 'accepted', 'failed'] as const;
const tones: Record<OutboxRow['status'], string> = { queued: 'info', sending: 'info', waiting: 'warn', accepted: 'ok', failed: 'bad' };
const read = guard('core.outgoing.read');
const querySchema = z.object({
  state: z.enum(STATES).optional().catch(undefined),
  channel: z
    .string()
    .max(40)
    .regex(/^[\w.-]*$/)
    .optional()
    .catch(undefined),
  before: z.guid().optional().catch(undefined),
});

/** Messages on their way out. Without a mail server, this is where an invitation's link is copied from. Register it before the settings pages. */
export function outgoingPages(deps: OutgoingPageDeps): PageModule {
  const messages = new OutgoingMessages(deps.db);
  const find = async (c: PageContext): Promise<OutboxRow> => {
    const id = z.guid().safeParse(c.params['id']);
    const row = id.success ? await messages.get(id.data) : null;
    if (row === null) throw new NotFoundError();
    return row;
  };
  return (page) => {
    page.get('/settings/outgoing', read, async (c) => {
      const { state, channel, before } = c.query(querySchema);
      const { items, next } = await messages.list({ status: state, channel: channel || undefined, before });
      const people = await deps.accounts.getMany([...new Set(items.flatMap((row) => row.account_id ?? []))]);
      const [counts, channels] = [await messages.counts(), await messages.channels()];
      const href = (values: Record<string, string | undefined>): string =>
        `/settings/outgoing?${new URLSearchParams(Object.entries({ state, channel, ...values }).filter((entry): entry is [string, string] => Boolean(entry[1])))}`;
      const title = c.t('core:outgoing.title');
      c.view(
        'core/outgoing',
        {
          title,
          mailMissing: deps.outbox.mail.url === '',
          mayConfigure: c.may('core.settings.manage'),
          tabs: [undefined, ...STATES].map((one) => ({
            label: c.t(`core:outgoing.state.${one ?? 'all'}`),
            href: href({ state: one }),
            active: state === one,
            ...(one === undefined ? {} : { count: counts.get(one) ?? 0 }),
          })),
          channels:
            channels.length < 2
              ? []
              : [undefined, ...channels].map((one) => ({
                  label: one === undefined ? c.t('core:outgoing.allChannels') : channelLabel(c, one),
                  href: href({ channel: one }),
                  active: (channel || undefined) === one,
                })),
          items: items.map((row) => toLine(deps.outbox, c, row, people.get(row.account_id ?? 0))),
          filtered: state !== undefined || Boolean(channel),
          next: next === null ? null : href({ before: next }),
        },
        { title },
      );
    });

    page.get('/settings/outgoing/:id', read, async (c) => {
      const row = await find(c);
      // Who opens a secret link could use it: that is written down.
      if (row.secret && row.status !== 'accepted')
        await deps.audit.record(c.actor, {
          action: 'core.message.viewed',
          object: { kind: 'core.message', id: row.id, name: row.template },
          customerId: row.customer_id,
        });
      const message = await deps.outbox.preview(row);
      const line = toLine(deps.outbox, c, row, {
        name: message.to.name ?? '',
        email: (row.channel === 'sms' ? message.to.mobile : null) ?? message.to.address,
      });
      const title = row.secret && row.status === 'accepted' ? c.t('core:outgoing.message') : message.subject;
      c.view(
        'core/outgoing-message',
        { title, row, line, message, wiped: row.secret && row.status === 'accepted', retriable: row.status === 'failed' || row.status === 'waiting' },
        { title },
      );
    });

    // A page of its own, because the mail's styles are inline; nothing in it runs.
    page.get('/settings/outgoing/:id/html', read, async (c) => {
      const { html } = await deps.outbox.preview(await find(c));
      c.res.set({
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
        'X-Frame-Options': 'SAMEORIGIN',
        'Cache-Control': 'no-store',
      });
      c.res.send(html);
    });

    page.post('/settings/outgoing/:id/retry', guard('core.outgoing.read', 'write'), async (c) => {
      const row = await find(c);
      await deps.db.transaction(async () => {
        await deps.outbox.retry(row.id);
        await deps.audit.record(c.actor, {
          action: 'core.message.retried',
          object: { kind: 'core.message', id: row.id, name: row.template },
          customerId: row.customer_id,
        });
      });
      c.redirect(`/settings/outgoing/${row.id}`, { key: 'core:outgoing.toast.retry' });
    });
  };
}

function toLine(outbox: Outbox, c: PageContext, row: OutboxRow, person: { name: string; email: string } | undefined): object {
  const address = person?.email ?? row.address ?? '';
  return {
    id: row.id,
    subject: row.secret && row.status === 'accepted' ? c.t('core:outgoing.message') : outbox.renderer.subject(row, c.language, c.fmt),
    recipient: person?.name || row.name || address,
    address,
    channel: channelLabel(c, row.channel),
    state: { tone: tones[row.status], text: c.t(`core:outgoing.state.${row.status}`) },
    created_at: row.created_at,
  };
}

/** Channels of plugins name themselves by their id. */
function channelLabel(c: PageContext, channel: string): string {
  return channel === 'email' || channel === 'inbox' ? c.t(`core:outgoing.channel.${channel}`) : channel.toUpperCase();
}
