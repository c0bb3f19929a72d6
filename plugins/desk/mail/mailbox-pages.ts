import { guard, stepUp, type FormState, type PageContext, type PageModule } from '../../../core/api.js';
import { requestTypes } from '../types.js';
import { mailboxInput } from './inputs.js';
import { MailboxService, type MailboxTest, type MailboxView } from './mailbox-service.js';
import { securities } from './tables.js';

const base = '/mailboxes';

/** Settings → Mailboxes: which are read, and whether that works. */
export const mailboxPages: PageModule = (page, resolve) => {
  const boxes = resolve(MailboxService);
  const write = stepUp(guard('desk.mailbox.manage', 'write'));

  page.get(base, guard('desk.mailbox.manage'), async (c) => {
    const rows = await boxes.list(c.actor);
    c.view('desk/mailboxes', { rows: rows.map((row) => ({ ...row, look: lookOf(row) })) }, { title: c.t('mailboxes.title') });
  });

  page.form(`${base}/new`, write, {
    schema: mailboxInput,
    initial: () => ({ port: 993, security: 'tls', folder: 'INBOX', request_type: 'fault', active: 'true', plus: 'true' }),
    async show(c, form) {
      await boxes.list(c.actor);
      show(c, form, null);
    },
    async submit(c, input) {
      const made = await boxes.create(c.actor, input);
      c.redirect(`${base}/${made.id}`, { key: 'desk:toast.mailboxSaved', vars: { name: made.name } });
    },
  });

  page.form(`${base}/:mailbox`, write, {
    schema: mailboxInput,
    initial: async (c) => valuesOf(await boxes.get(c.actor, c.id('mailbox'))),
    show: async (c, form) => show(c, form, await boxes.get(c.actor, c.id('mailbox'))),
    async submit(c, input) {
      await boxes.update(c.actor, c.id('mailbox'), input);
      c.redirect(`${base}/${c.id('mailbox')}`, { key: 'desk:toast.mailboxSaved', vars: { name: input.name } });
    },
  });

  page.post(`${base}/:mailbox/test`, write, async (c) => {
    const test = await boxes.test(c.actor, c.id('mailbox'));
    const box = await boxes.get(c.actor, c.id('mailbox'));
    show(c, { values: valuesOf(box), errors: {}, summary: [] }, box, test);
  });

  page.post(`${base}/:mailbox/delete`, stepUp(guard('desk.mailbox.manage', 'delete')), async (c) => {
    const { name } = await boxes.get(c.actor, c.id('mailbox'));
    await boxes.remove(c.actor, c.id('mailbox'));
    c.redirect(base, { key: 'desk:toast.mailboxDeleted', vars: { name } });
  });
};

function valuesOf(box: MailboxView): Record<string, unknown> {
  const { hasSecret: _, ...values } = box;
  return { ...values, done_folder: box.done_folder ?? '', plus: box.plus ? 'true' : '', active: box.active ? 'true' : '' };
}

function lookOf(box: MailboxView): { tone: string; text: string } {
  if (!box.active) return { tone: 'muted', text: 'off' };
  if (box.error !== null) return { tone: 'bad', text: 'error' };
  return box.checked_at === null ? { tone: 'info', text: 'connecting' } : { tone: 'ok', text: 'reading' };
}

function show(c: PageContext, form: FormState, box: MailboxView | null, test?: MailboxTest): void {
  const title = box?.name ?? c.t('mailboxes.new');
  c.view(
    'desk/mailbox',
    {
      title,
      form,
      test,
      box: box && { ...box, look: lookOf(box) },
      action: box ? `${base}/${box.id}` : `${base}/new`,
      securities: securities.map((value) => ({ value, label: c.t(`mailbox.security.${value}`) })),
      types: requestTypes.flatMap((value) => (value === 'internal' ? [] : [{ value, label: c.t(`request.type.${value}`) }])),
    },
    { title },
  );
}
