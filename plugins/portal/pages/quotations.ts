import { SETTINGS, guard, open, z, type FormState, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Printing, QuotationAnswers, QuotationPapers, QuotationService, answerInput, quotationLooks, type OfferView } from '../../desk/api.js';
import { customerChoice } from '../customer-choice.js';

/** Quotations: those of one's companies, and the one that a link leads to. */
export const quotationPages: PageModule = (page, resolve) => {
  const [papers, answers] = [resolve(QuotationPapers), resolve(QuotationAnswers)];
  const read = guard('desk.quotation.read');

  page.get('/quotations', read, async (c) => {
    const choice = await customerChoice(c, resolve(AccessDirectory));
    const { after } = c.query(z.object({ after: z.string().max(400).optional().catch(undefined) }));
    const { rows, next } = await resolve(QuotationService).list(c.actor, { customerId: choice.customerId, after });
    const currency = resolve(SETTINGS).get('core.currency');
    const shown = rows.map((row) => ({
      ...row,
      look: quotationLooks[row.status],
      value: c.fmt.money(row.value, currency),
      until: c.fmt.date(new Date(row.valid_until.getTime() - 1), 'medium'),
    }));
    const path = '/quotations';
    c.view(
      'portal/quotations',
      { rows: shown, choice, path, next: next && `${path}?${new URLSearchParams({ after: next })}`, first: after ? path : null },
      { title: c.t('menu.quotations') },
    );
  });

  page.form('/quotations/:id', guard('desk.quotation.read', 'write'), {
    schema: answerInput,
    initial: (c) => ({ name: c.actor.account?.name ?? '' }),
    async show(c, form) {
      const view = await papers.view(c.actor, c.id());
      c.view(
        'portal/quotation',
        { ...shown(c, view, form), back: '/quotations', pdf: `/quotations/${view.id}/quotation.pdf`, answerable: view.status === 'sent' },
        { title: view.printed.subtitle },
      );
    },
    async submit(c, answer) {
      await answers.inPortal(c.actor, c.id(), answer);
      c.redirect(`/quotations/${c.id()}`, { key: `portal:toast.quotation.${answer.decision}` });
    },
  });
  page.get('/quotations/:id/quotation.pdf', guard('desk.quotation.read', 'download'), async (c) => {
    const { printed, offer } = await papers.view(c.actor, c.id());
    await resolve(Printing).send(c, printed, offer.number);
  });

  /** The page of a link that shows nothing. */
  const closed = (c: PageContext, status: 'expired' | 'withdrawn' | 'unknown') => {
    const title = c.t(`quotation.link.${status}`);
    c.view(
      'portal/quotation-closed',
      { title, text: c.t(`quotation.link.${status}Text`) },
      { title, layout: 'plain', status: status === 'unknown' ? 404 : 410 },
    );
  };
  page.form('/quotation/:token', open('write'), {
    schema: answerInput,
    async initial(c) {
      const opened = await answers.open(c.params['token']);
      return opened.status === 'open' ? { name: opened.name } : {};
    },
    async show(c, form) {
      const opened = await answers.open(c.params['token']);
      if (opened.status !== 'open' && opened.status !== 'answered') return closed(c, opened.status);
      const data = { ...shown(c, opened, form), pdf: `/quotation/${c.params['token']}/quotation.pdf`, answerable: opened.status === 'open' };
      c.view('portal/quotation-link', data, { title: opened.printed.subtitle, layout: 'plain' });
    },
    async submit(c, answer) {
      const opened = await answers.open(c.params['token']);
      if (opened.status !== 'open' && opened.status !== 'answered') return closed(c, opened.status);
      // Twice pressed, or answered by a colleague: the page shows what was answered.
      if (opened.status === 'open') await answers.byLink(c.actor, c.params['token'], answer);
      c.redirect(`/quotation/${c.params['token']}`);
    },
  });
  page.get('/quotation/:token/quotation.pdf', open('download'), async (c) => {
    const opened = await answers.open(c.params['token']);
    if (opened.status !== 'open' && opened.status !== 'answered') return closed(c, opened.status);
    await resolve(Printing).send(c, opened.printed, opened.offer.number);
  });
};

function shown(c: PageContext, { printed, offer, version }: Pick<OfferView, 'printed' | 'offer' | 'version'>, form: FormState) {
  return {
    ...{ printed, form, version: offer.version },
    total: c.fmt.money(offer.total, offer.currency),
    decision: version?.decision && { look: quotationLooks[version.decision], text: c.t(`desk:quotation.status.${version.decision}`) },
  };
}
