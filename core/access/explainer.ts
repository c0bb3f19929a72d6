import type { Account } from '../accounts/types.js';
import { readAccount, readAccounts } from '../accounts/read.js';
import type { Database } from '../database/types.js';
import { NotFoundError, type Message } from '../errors.js';
import type { PermissionId } from '../plugin/manifest.js';
import { accountActor } from './actors.js';
import type { Subjects } from './subjects.js';
import type { Access, Actor, DeclaredPermission, ExplainedRule, Explanation, FoundObject, Grant, ObjectKind } from './types.js';

/** One sentence of the chain; `ok` null neither allows nor denies. */
export interface ExplainStep {
  ok: boolean | null;
  text: Message;
  /** Sentences that are variables of the text. */
  inner?: Record<string, Message>;
  href?: string | null;
}
/** A thing that was asked about. */
export interface NamedObject extends FoundObject {
  kind: string;
  id: number;
  label: string;
}
export interface ExplainAnswer {
  account: Account;
  permission: DeclaredPermission;
  object: NamedObject | null;
  allowed: boolean;
  steps: ExplainStep[];
}
/** Somebody who may read a thing, and by which rule. */
export interface Reader {
  account: Account;
  why: Grant['why'] | null;
}
export interface ExplainerDeps {
  db: Database;
  access: Access;
  subjects: Subjects;
  /** Is the plugin running? The core always is. */
  isActive(plugin: string): boolean;
}
const namesShown = 5;
const scopeKinds = new Set(['customer', 'installation', 'project', 'device']);
/** Kinds of scope that have a word of their own in sentences. */
const kindText = (kind: string | null): Record<string, Message> => ({
  kind: { key: `core:explain.kind.${kind !== null && scopeKinds.has(kind) ? kind : 'other'}` },
});

/** "Why can X see this?": the decision of the same rights that decide, rule by rule, as far as the asking person sees it. */
export class Explainer {
  constructor(private readonly deps: ExplainerDeps) {}

  /** An account that the actor may ask about. @throws NotFoundError */
  async account(actor: Actor, id: number): Promise<{ account: Account; href: string; whole: boolean }> {
    await this.deps.access.assert(actor, 'core.access.explain');
    const account = await readAccount(this.deps.db, id);
    if (account?.kind === 'staff') return { account, href: `/settings/accounts/${id}`, whole: true };
    const seen = account && (await this.deps.subjects.people?.find(actor, id));
    if (!account || !seen) throw new NotFoundError();
    return { account, ...seen };
  }

  /** A thing that the actor sees, such as `desk.order:12`. @throws NotFoundError */
  async object(actor: Actor, ref: string): Promise<NamedObject & { of: ObjectKind }> {
    await this.deps.access.assert(actor, 'core.access.explain');
    const [, kind = '', id = ''] = /^([a-z][\w.-]*):([1-9]\d{0,14})$/.exec(ref) ?? [];
    const of = this.deps.subjects.kinds.get(kind);
    const found = await this.deps.subjects.find(of, actor, Number(id));
    if (!of || !found) throw new NotFoundError();
    return { ...found, kind, id: Number(id), label: of.label, of };
  }

  /** @throws NotFoundError for an account, permission or thing that the actor does not see */
  async explain(actor: Actor, question: { account: number; permission: string; object?: string }): Promise<ExplainAnswer> {
    const { account, href } = await this.account(actor, question.account);
    const permission = this.deps.access.permissions().find((one) => one.id === question.permission);
    if (permission === undefined) throw new NotFoundError();
    const object = question.object ? await this.object(actor, question.object) : null;
    const found = await this.#visible(actor, await this.deps.access.explain(account, permission.id, object?.resource));
    const signsIn = account.status !== 'disabled';
    const fits = permission.audience === 'both' || permission.audience === account.kind;
    const running = permission.plugin === 'core' || this.deps.isActive(permission.plugin);
    const steps: ExplainStep[] = [
      {
        ok: account.status === 'active' ? true : signsIn ? null : false,
        text: { key: `core:explain.account.${account.kind}.${account.status}`, vars: { name: account.name } },
        href,
      },
      { ok: fits, text: { key: `core:explain.audience.${fits ? 'fits' : permission.audience}` } },
      {
        ok: running,
        text: { key: `core:explain.module.${permission.plugin === 'core' ? 'core' : running ? 'on' : 'off'}` },
        inner: { module: { key: permission.plugin === 'core' ? 'core:roles.core' : `${permission.plugin}:plugin.name` } },
        href: permission.plugin === 'core' ? null : '/settings/modules',
      },
    ];
    if (fits) for (const source of found.sources) steps.push(sourceStep(source));
    if (fits && found.sources.length === 0) steps.push({ ok: false, text: { key: `core:explain.nothing.${account.kind}` } });
    for (const rule of found.rules.filter((one) => one.off === null)) steps.push(await this.#reachStep(actor, rule, object));
    let { allowed } = found;
    // The service has the last word on its own things: own reports, filters.
    if (object && object.of.read === permission.id && fits) {
      const seen = (await this.deps.subjects.find(object.of, accountActor(account), object.id)) !== null;
      if (seen !== allowed) steps.push({ ok: seen, text: { key: `core:explain.service.${seen ? 'shows' : 'hides'}` } });
      allowed = seen;
    }
    return { account, permission, object, allowed: allowed && signsIn && running, steps };
  }

  permissions(): readonly DeclaredPermission[] {
    return this.deps.access.permissions();
  }
  /** Which permission lets one read things of a kind. @throws NotFoundError */
  readPermission(kind: string): PermissionId {
    const known = this.deps.subjects.kinds.get(kind);
    if (!known) throw new NotFoundError();
    return known.read;
  }

  /** Everything that can be asked about an account, with the verdict. */
  async overview(actor: Actor, account: Account): Promise<{ permission: DeclaredPermission; allowed: boolean }[]> {
    const asked = this.deps.access.permissions().filter(({ audience }) => audience === 'both' || audience === account.kind);
    return Promise.all(
      asked.map(async (permission) => ({
        permission,
        allowed: account.status !== 'disabled' && (await this.#visible(actor, await this.deps.access.explain(account, permission.id))).allowed,
      })),
    );
  }

  /** Accounts that may read a thing, by their ids; `next` is the id to go on after. */
  async readers(actor: Actor, ref: string, after: number, limit: number): Promise<{ object: NamedObject; readers: Reader[]; next: number | null }> {
    const object = await this.object(actor, ref);
    const { db, subjects } = this.deps;
    const readers: Reader[] = [];
    for (let round = 0; round < 4 && readers.length <= limit; round += 1) {
      const ids = await this.#candidates(object, after, limit * 2);
      const accounts = await readAccounts(db, ids);
      for (const id of ids) {
        const account = accounts.get(id);
        if (readers.length === limit) return { object, readers, next: after };
        after = id;
        if (!account || account.status === 'disabled' || (await subjects.find(object.of, accountActor(account), object.id)) === null) continue;
        const { allowed, rules } = await this.deps.access.explain(account, object.of.read, object.resource);
        readers.push({ account, why: allowed ? (rules[0]?.why ?? null) : null });
      }
      if (ids.length < limit * 2) return { object, readers, next: null };
    }
    return { object, readers, next: after };
  }

  /** People by name, address or customer: staff, and the customers' accounts in reach. */
  async search(actor: Actor, text: string): Promise<{ id: number; name: string; hint?: string | null }[]> {
    await this.deps.access.assert(actor, 'core.access.explain');
    if (text.trim() === '') return [];
    const pattern = `%${text.trim().toLowerCase().slice(0, 100).replace(/[!%_]/g, '!$&')}%`;
    const staff = await this.deps.db.query<{ id: number; name: string; email: string }>(
      "SELECT id, name, email FROM core_accounts WHERE kind = 'staff' AND (LOWER(name) LIKE ? ESCAPE '!' OR email_key LIKE ? ESCAPE '!') ORDER BY name, id LIMIT 10",
      [pattern, pattern],
    );
    return [...staff.map(({ id, name, email }) => ({ id, name, hint: email })), ...((await this.deps.subjects.people?.search(actor, text)) ?? [])];
  }

  /** Things of every kind in reach. */
  async objects(actor: Actor, text: string): Promise<{ ref: string; label: string; name: string; hint?: string | null }[]> {
    await this.deps.access.assert(actor, 'core.access.explain');
    if (text.trim() === '') return [];
    const held = await this.deps.access.held(actor);
    const kinds = [...this.deps.subjects.kinds].filter(([, kind]) => held.has(kind.read));
    const found = await Promise.all(
      kinds.map(async ([id, kind]) => (await kind.search(actor, text)).slice(0, 5).map((one) => ({ ...one, ref: `${id}:${one.id}`, label: kind.label }))),
    );
    return found.flat();
  }

  async #candidates(object: NamedObject, after: number, limit: number): Promise<number[]> {
    const staff = await this.deps.db.query<{ id: number }>(
      "SELECT DISTINCT a.id FROM core_accounts a JOIN core_account_roles r ON r.account_id = a.id WHERE a.kind = 'staff' AND a.id > ? ORDER BY a.id LIMIT " +
        Number(limit),
      [after],
    );
    const others = (await this.deps.subjects.people?.candidates(object.resource, after, limit)) ?? [];
    return [...new Set([...staff.map((row) => row.id), ...others])].sort((a, b) => a - b).slice(0, limit);
  }

  /** Without the rules about customers that the asking person does not see. */
  async #visible(actor: Actor, found: Explanation): Promise<Explanation> {
    const kind = this.deps.subjects.ofScope('customer');
    const seen = async ({ scope }: { scope: Grant['scope'] }): Promise<boolean> => {
      const ids = scope?.['customer'];
      if (kind === undefined || ids === undefined || ids === 'all') return true;
      for (const id of ids) if (await this.deps.access.can(actor, kind.read, { customer: id })) return true;
      return false;
    };
    const keep = async <T extends { scope: Grant['scope'] }>(all: readonly T[]): Promise<T[]> => {
      const flags = await Promise.all(all.map(seen));
      return all.filter((_, at) => flags[at]);
    };
    const rules = await keep(found.rules);
    return { allowed: rules.some((rule) => rule.matched), rules, sources: await keep(found.sources) };
  }

  async #reachStep(actor: Actor, rule: ExplainedRule, object: NamedObject | null): Promise<ExplainStep> {
    const href = rule.why.href;
    const reach = await this.#reach(actor, rule.scope);
    if (object === null) return { ok: true, text: { key: `core:explain.reach.${reach === '' ? 'all' : 'only'}`, vars: { reach } }, href };
    if (rule.matched)
      return {
        ok: true,
        text: { key: `core:explain.reach.${rule.by === null ? 'everywhere' : 'matched'}`, vars: { reach, object: object.name } },
        inner: kindText(rule.by),
        href,
      };
    const id = object.resource[rule.misses ?? ''];
    const missing = id ? (await this.#names(actor, rule.misses ?? '', [id])).join('') : '';
    return {
      ok: false,
      text: { key: `core:explain.reach.${missing === '' ? 'missesNone' : 'misses'}`, vars: { reach, missing, object: object.name } },
      inner: kindText(rule.misses),
      href,
    };
  }

  /** Where a rule reaches, by the names that the actor sees; '' = everywhere. */
  async #reach(actor: Actor, scope: Grant['scope']): Promise<string> {
    const parts = await Promise.all(
      Object.entries(scope ?? {}).map(async ([kind, ids]) => {
        if (ids === 'all' || ids.length === 0) return '';
        const names = await this.#names(actor, kind, ids.slice(0, namesShown));
        return [names.join(', '), ids.length > names.length && names.length > 0 ? `+${ids.length - names.length}` : ''].filter(Boolean).join(' ');
      }),
    );
    return parts.filter(Boolean).join(' · ');
  }

  async #names(actor: Actor, kind: string, ids: readonly number[]): Promise<string[]> {
    const named = this.deps.subjects.ofScope(kind);
    const found = await Promise.all(ids.map((id) => this.deps.subjects.find(named, actor, id)));
    return found.flatMap((one) => (one === null ? [] : [one.name]));
  }
}

/** What a role or an access gives of the permission; sentences within the sentence are translated by the page. */
function sourceStep({ why, off, gives }: Explanation['sources'][number]): ExplainStep {
  const state = !gives ? 'lacks' : off === null ? 'gives' : 'off';
  return { ok: state === 'gives', text: { key: `core:explain.source.${state}` }, inner: { source: why, ...(off && { off }) }, href: why.href };
}
