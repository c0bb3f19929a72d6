import { guard, z, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { CustomerService, idOf } from '../../customers/api.js';
import { foldQuotes } from './fold.js';
import { acceptInput, answerInput } from './inputs.js';
import { InboundMails, mailViews, type MailViewName } from './inbound-mails.js';
import { senderOf } from './mail-intake.js';
import type { MailReason, MailRow, MailState } from './tables.js';

const views = Object.keys(mailViews) as MailViewName[];
const listQuery = z.object({ view: z.enum(views as [MailViewName]).catch('waiting'), after: z.string().max(200).optional() });
const tones: Readonly<Record<MailState, { tone: string; icon: string }>> = {
  waiting: { tone: 'warn', icon: 'mail-question-mark' },
  request: { tone: 'ok', icon: 'circle-check' },
  reply: { tone: 'ok', icon: 'reply' },
  stopped: { tone: 'muted', icon: 'octagon-x' },
  discarded: { tone: 'muted', icon: 'trash-2' },
};

/** Mails that came in: what waits is looked at as plain text and becomes a request, an answer, or nothing. */
export const mailPages: PageModule = (page, resolve) => {
  const mails = resolve(InboundMails);
  const read = guard('desk.mail.manage');
  const write = guard('desk.mail.manage', 'write');

  page.get('/mails', read, async (c) => {
    const { view, after } = c.query(listQuery);
    const { rows, next } = await mails.list(c.actor, { view, after });
    const waiting = await mails.count(c.actor);
    const self = (cursor?: string) => `/mails?${new URLSearchParams({ view, ...(cursor ? { after: cursor } : {}) }).toString()}`;
    c.view(
      'desk/mails',
      {
        view,
        rows: rows.map((row) => looks(c, row)),
        self: self(after),
        next: next && self(next),
        first: after ? self() : null,
        tabs: views.map((one) => ({
          label: c.t(`inbound.view.${one}`),
          href: `/mails?view=${one}`,
          active: one === view,
          ...(one === 'waiting' ? { count: waiting } : {}),
        })),
      },
      { title: c.t('inbound.title') },
    );
  });

  page.get('/mails/blocked', read, async (c) => {
    c.view('desk/mails-blocked', { rows: await mails.blocked(c.actor) }, { title: c.t('inbound.blockedTitle') });
  });

  page.post('/mails/blocked/:sender/remove', guard('desk.mail.manage', 'delete'), async (c) => {
    await mails.unblock(c.actor, c.id('sender'));
    c.redirect('/mails/blocked', { key: 'desk:toast.unblocked' });
  });

  page.get('/mails/:mail', read, (c) => show(c, resolve));

  page.form('/mails/:mail/request', write, {
    schema: acceptInput,
    show: (c, form) => show(c, resolve, { form }),
    async submit(c, { customer_id }) {
      const request = await mails.accept(c.actor, c.id('mail'), customer_id);
      c.redirect(`/reports/${request.id}`, { key: 'desk:toast.mailRequest', vars: { number: request.number } });
    },
  });

  page.form('/mails/:mail/reply', write, {
    schema: answerInput,
    show: (c, form) => show(c, resolve, { replyForm: form }),
    async submit(c, { number }) {
      const request = await mails.answer(c.actor, c.id('mail'), number);
      c.redirect(`/reports/${request.id}`, { key: 'desk:toast.mailReply', vars: { number: request.number } });
    },
  });

  for (const [act, key] of [
    ['discard', 'mailDiscarded'],
    ['block', 'senderBlocked'],
  ] as const)
    page.post(`/mails/:mail/${act}`, write, async (c) => {
      await mails[act](c.actor, c.id('mail'));
      c.redirect('/mails', { key: `desk:toast.${key}`, undo: `/mails/${c.id('mail')}/restore` });
    });

  page.post('/mails/:mail/restore', write, async (c) => {
    await mails.restore(c.actor, c.id('mail'));
    c.redirect(`/mails/${c.id('mail')}`, { key: 'desk:toast.mailRestored' });
  });
};

function looks(c: PageContext, row: Pick<MailRow, 'state' | 'reason' | 'sender' | 'sender_name' | 'subject'>) {
  return {
    ...row,
    from: senderOf(row),
    title: row.subject || c.t('inbound.noSubject'),
    look: { ...tones[row.state], text: c.t(`inbound.state.${row.state}`) },
    why: row.reason && c.t(`inbound.reason.${row.reason satisfies MailReason}`),
  };
}

async function show(c: PageContext, resolve: Resolve, forms: { form?: FormState; replyForm?: FormState } = {}): Promise<void> {
  const mail = await resolve(InboundMails).get(c.actor, c.id('mail'));
  const open = mail.request_id === null;
  const given = forms.form && idOf(forms.form.values['customer_id']);
  const selected = given ?? mail.customers[0]?.id;
  const choices = open ? await resolve(CustomerService).choices(c.actor, { q: '', selected }) : [];
  const empty = (values: Record<string, unknown>): FormState => ({ values, errors: {}, summary: [] });
  const shown = looks(c, mail);
  c.view(
    'desk/mail',
    {
      mail: { ...mail, ...shown },
      open,
      undecided: mail.state === 'waiting',
      folded: foldQuotes(mail.text),
      missing: mail.refused.map(({ name, why }) => c.t('inbound.refusedFile', { name, why: c.t(why.key, why.vars) })),
      selected,
      rows: choices,
      form: forms.form ?? empty({}),
      replyForm: forms.replyForm ?? empty({ number: mail.suggested ?? '' }),
      wrong: forms.form ?? forms.replyForm,
    },
    { title: shown.title },
  );
}
