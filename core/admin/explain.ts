import { z } from 'zod';
import type { Explainer, ExplainAnswer, ExplainStep } from '../access/explainer.js';
import type { DeclaredPermission } from '../access/types.js';
import { NotFoundError, type Message } from '../errors.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import type { Formatter } from '../views/types.js';
import { permissionLabel } from './role-effects.js';

const read = guard('core.access.explain');
const short = z.string().max(200).catch('');
const question = z.object({
  account: z.coerce.number().int().positive().optional().catch(undefined),
  permission: short,
  object: short,
  who: short,
  what: short,
});
const whoQuery = z.object({ object: short, after: z.coerce.number().int().min(0).catch(0) });
const pageSize = 25;
type Question = z.output<typeof question>;

/** "Why can X see this?" and "who can see this?", as pages. Register it before the settings pages. */
export function explainPages({ explainer }: { explainer: Explainer }): PageModule {
  return (page) => {
    page.get('/settings/explain', read, async (c) => {
      const asked = c.query(question);
      const { account, href, whole } = asked.account ? await explainer.account(c.actor, asked.account) : { account: null, href: '', whole: false };
      const object = asked.object ? await explainer.object(c.actor, asked.object) : null;
      const overview = account ? await explainer.overview(c.actor, account) : null;
      const answer =
        account && asked.permission ? await explainer.explain(c.actor, { account: account.id, permission: asked.permission, object: asked.object }) : null;
      const title = c.t('core:explain.title');
      c.view(
        'core/explain',
        {
          title,
          asked,
          form: { values: asked, errors: {}, summary: [] },
          account: account && {
            ...account,
            href,
            preview: account.kind === 'customer' && whole && c.may('core.accounts.preview') ? `/see-as/${account.id}/` : null,
          },
          object: object && { name: object.name, href: object.href, label: c.t(object.label) },
          people: (await explainer.search(c.actor, asked.who)).map((one) => ({ ...one, href: to(asked, { account: String(one.id), who: '' }) })),
          things: (await explainer.objects(c.actor, asked.what)).map((one) => ({
            ...one,
            label: c.t(one.label),
            href: to(asked, { object: one.ref, what: '' }),
          })),
          permissions: optionsOf(c, explainer.permissions(), account?.kind),
          otherAccount: to(asked, { account: '' }),
          otherObject: to(asked, { object: '' }),
          answer: answer && shown(c, answer),
          overview: answer
            ? null
            : overview?.map((one) => ({
                label: permissionLabel(c, one.permission.id),
                allowed: one.allowed,
                href: to(asked, { permission: one.permission.id }),
              })),
        },
        { title },
      );
    });

    page.get('/settings/explain/who', read, async (c) => {
      const { object: ref, after } = c.query(whoQuery);
      if (ref === '') throw new NotFoundError();
      const { object, readers, next } = await explainer.readers(c.actor, ref, after, pageSize);
      const title = c.t('core:explain.who.title', { object: object.name });
      const kind = explainer.readPermission(object.kind);
      c.view(
        'core/explain-who',
        {
          title,
          object: { ...object, label: c.t(object.label) },
          permission: permissionLabel(c, kind),
          readers: readers.map(({ account, why }) => ({
            name: account.name,
            email: account.email,
            kind: c.t(`core:explain.who.${account.kind}`),
            href: `/settings/explain?${new URLSearchParams({ account: String(account.id), permission: kind, object: ref })}`,
            why: why === null ? c.t('core:explain.service.shows') : c.t(why.key, why.vars),
          })),
          next: next === null ? null : `/settings/explain/who?${new URLSearchParams({ object: ref, after: String(next) })}`,
          first: after === 0,
        },
        { title },
      );
    });
  };
}

/** The same question with something changed. */
function to(asked: Question, change: Record<string, string>): string {
  const { account, ...rest } = asked;
  const all = { account: account === undefined ? '' : String(account), ...rest, ...change };
  return `/settings/explain?${new URLSearchParams(Object.entries(all).filter(([, value]) => value !== ''))}`;
}

/** All permissions, also those that accounts of this kind never hold: that is an answer, too. */
function optionsOf(c: PageContext, permissions: readonly DeclaredPermission[], kind?: 'staff' | 'customer') {
  return permissions.map(({ id, plugin, audience }) => {
    const label = `${c.t(plugin === 'core' ? 'core:roles.core' : `${plugin}:plugin.name`)}: ${permissionLabel(c, id)}`;
    const fits = kind === undefined || audience === 'both' || audience === kind;
    return { value: id, label: fits ? label : c.t(`core:explain.only.${audience}`, { permission: label }) };
  });
}

function shown(c: PageContext, { account, permission, object, allowed, steps }: ExplainAnswer) {
  const vars = { name: account.name, permission: permissionLabel(c, permission.id), object: object?.name ?? '' };
  return {
    allowed,
    verdict: c.t(`core:explain.verdict.${allowed ? 'yes' : 'no'}${object ? 'Object' : ''}`, vars),
    help: c.t(`${permission.plugin}:permission.${permission.id.slice(permission.plugin.length + 1)}.help`),
    steps: steps.map((step) => ({ ok: step.ok, text: sentence(c, step), href: step.href && c.may(guardOf(step.href)) ? step.href : null })),
  };
}

/** Sentences within the sentence come first. */
export function sentence(c: Pick<PageContext, 't'> & { fmt?: Formatter }, { text, inner = {} }: ExplainStep): string {
  const told = ({ key, vars = {} }: Message) =>
    c.t(
      key,
      Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, value instanceof Date ? (c.fmt?.dateTime(value) ?? value.toISOString()) : value])),
    );
  return told({ ...text, vars: { ...text.vars, ...Object.fromEntries(Object.entries(inner).map(([name, message]) => [name, told(message)])) } });
}

/** What the page behind a link asks for; links to customers are only told to those who see them. */
const guardOf = (href: string) =>
  href.startsWith('/settings/modules') ? 'core.modules.manage' : href.startsWith('/settings/') ? 'core.accounts.manage' : 'core.access.explain';
