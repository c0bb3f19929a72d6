import type { AccountKind } from '../access/types.js';
import type { Account } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import { NotFoundError } from '../errors.js';
import type { Preview } from '../http/preview.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import type { Clock } from '../tokens.js';

export interface PreviewPageDeps {
  accounts: { get(id: number): Promise<Account | null> };
  people(): AccountKind | null;
  preview: Preview;
  audit: Audit;
  clock: Clock;
  /** Is the portal open? */
  running(): boolean;
}
/** After so long without a page, going on counts as a new preview. */
const pauseMs = 30 * 60_000;
const maxKnown = 1_000;

/** "See as": the portal as a customer's account sees it, read only. */
export function previewPages(deps: PreviewPageDeps): PageModule {
  const begun = new Map<string, number>();
  return (page) => {
    page.get('/see-as/:account/{*path}', guard('core.accounts.preview'), async (c) => {
      const { account } = await customer(deps, c);
      const off = account.status === 'disabled' ? 'disabled' : deps.running() ? null : 'off';
      if (off !== null) {
        const title = c.t('core:preview.title');
        return c.view(
          'core/preview-off',
          { title, text: c.t(`core:preview.${off}`, { name: account.name }), modules: off === 'off' && c.may('core.modules.manage') },
          { title },
        );
      }
      await begin(deps, c, account, begun);
      const base = `/see-as/${account.id}`;
      await deps.preview.show(c, account, base, c.req.url.slice(base.length));
    });

    page.post('/see-as/:account/stop', guard('core.accounts.preview', 'write'), async (c) => {
      const { account, href } = await customer(deps, c);
      begun.delete(keyOf(c, account));
      c.redirect(href, { key: 'core:preview.toast' });
    });
  };
}

/** A customer's account, all of whose customers the actor sees: else the preview would show more than that. */
async function customer(deps: PreviewPageDeps, c: PageContext): Promise<{ account: Account; href: string }> {
  const account = await deps.accounts.get(c.id('account'));
  const seen = account?.kind === 'customer' ? await deps.people()?.find(c.actor, account.id) : null;
  if (!account || !seen?.whole) throw new NotFoundError();
  return { account, href: seen.href };
}

const keyOf = (c: PageContext, account: Account): string => `${c.actor.sessionId}:${account.id}`;

/** One audit row per preview, not per page. */
async function begin({ audit, clock }: PreviewPageDeps, c: PageContext, account: Account, begun: Map<string, number>): Promise<void> {
  const [key, now] = [keyOf(c, account), clock.now().getTime()];
  const known = (begun.get(key) ?? -Infinity) > now - pauseMs;
  if (begun.size > maxKnown) begun.clear();
  begun.set(key, now);
  if (!known) await audit.record(c.actor, { action: 'core.account.previewed', object: { kind: 'core.account', id: account.id, name: account.name } });
}
