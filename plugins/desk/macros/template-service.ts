import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Message,
} from '../../../core/api.js';
import { fold } from '../../customers/api.js';
import type { Act } from '../bulk/act.js';
import { textsOf, type MacroInput, type TemplateInput } from './inputs.js';
import { Templates, type TemplateRow } from './tables.js';
import { unknownIn, type Texts } from './variables.js';

const most = 500;

/** A text that is put into what an agent writes. */
export interface TextContent {
  texts: Texts;
}
/** What a macro does; empty fields leave the request as it is. */
export type MacroContent = TextContent &
  Pick<MacroInput, 'status' | 'solver' | 'priority' | 'importance' | 'add_tags' | 'remove_tags' | 'watcher' | 'internal' | 'next'>;

interface Kept extends Omit<TemplateRow, 'content' | 'kind'> {
  own: boolean;
}
export type Template = Kept & ({ kind: 'text'; content: TextContent } | { kind: 'macro'; content: MacroContent });
export type Macro = Extract<Template, { kind: 'macro' }>;

/** Texts and macros: a person's own, and those that colleagues share. */
@injectable()
export class TemplateService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** By name; `q`: words that stand in the name or in a text. */
  async list(actor: Actor, q = ''): Promise<Template[]> {
    const me = actor.account?.id ?? 0;
    const rows = await readRows(this.db, Templates, `WHERE account_id = ? OR shared = 1 ORDER BY name, id LIMIT ${most}`, [me]);
    const words = fold(q).split(/\s+/).filter(Boolean);
    return rows
      .map((row) => read(row, me))
      .filter((one) => words.every((word) => fold([one.name, ...Object.values(one.content.texts)].join(' ')).includes(word)));
  }

  async macros(actor: Actor): Promise<Macro[]> {
    return (await this.list(actor)).filter((one): one is Macro => one.kind === 'macro');
  }

  /** @throws NotFoundError for another's that is not shared, too */
  async get(actor: Actor, id: number): Promise<Template> {
    const [row] = await readRows(this.db, Templates, 'WHERE id = ?', [id]);
    const me = actor.account?.id ?? 0;
    if (!row || (row.account_id !== me && !row.shared)) throw new NotFoundError();
    return read(row, me);
  }

  /** @throws NotFoundError also for a text */
  async macro(actor: Actor, id: number): Promise<Macro> {
    const found = await this.get(actor, id);
    if (found.kind !== 'macro') throw new NotFoundError();
    return found;
  }

  /** @throws InvalidInputError for texts with variables that there are not; ForbiddenError to share without the right to */
  async saveText(actor: Actor, input: TemplateInput, id: number | null = null): Promise<number> {
    const texts = textsOf(input);
    if (Object.keys(texts).length === 0) throw new InvalidInputError({ text_en: { key: 'desk:error.noText' } });
    return this.#save(actor, id, 'text', input, { texts });
  }

  /** @throws InvalidInputError as for texts, and for people who are no active staff */
  async saveMacro(actor: Actor, { name, shared, ...input }: MacroInput, id: number | null = null): Promise<number> {
    const { status, solver, priority, importance, add_tags, remove_tags, watcher, internal, next } = input;
    const content: MacroContent = { texts: textsOf(input), status, solver, priority, importance, add_tags, remove_tags, watcher, internal, next };
    const errors: Record<string, Message> = {};
    for (const [field, person] of Object.entries({ solver, watcher })) {
      if (typeof person !== 'number') continue;
      const account = await this.accounts.get(person);
      if (account?.kind !== 'staff' || account.status !== 'active') errors[field] = { key: 'desk:error.solver' };
    }
    if (Object.keys(errors).length > 0) throw new InvalidInputError(errors);
    if (Object.keys(actOf(0, content)).length === 0) throw new InvalidInputError({ status: { key: 'desk:error.emptyMacro' } });
    return this.#save(actor, id, 'macro', { name, shared }, content);
  }

  async remove(actor: Actor, id: number): Promise<Template> {
    const row = await this.#changeable(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Templates).destroy({ where: { id } });
      await this.#record(actor, 'removed', id, row.name);
    });
    return row;
  }

  /** May the actor share, and change what others share? */
  mayManage(actor: Actor): Promise<boolean> {
    return this.access.can(actor, 'desk.template.manage');
  }

  async #save(
    actor: Actor,
    id: number | null,
    kind: TemplateRow['kind'],
    { name, shared }: { name: string; shared: boolean },
    content: TextContent,
  ): Promise<number> {
    const me = actor.account?.id;
    if (me === undefined) throw new NotFoundError();
    const before = id === null ? null : await this.#changeable(actor, id);
    if (before && before.kind !== kind) throw new NotFoundError();
    if (shared && !(await this.mayManage(actor))) throw new ForbiddenError();
    checkVariables(content.texts);
    const values = { name, shared, content: JSON.stringify(content), updated_at: this.clock.now() };
    return this.db.transaction(async () => {
      if (id !== null) {
        await this.db.of(Templates).update(values, { where: { id } });
        await this.#record(actor, 'changed', id, name);
        return id;
      }
      if ((await this.db.of(Templates).count({ where: { account_id: me } })) >= most)
        throw new InvalidInputError({ name: { key: 'desk:error.tooManyTemplates', vars: { max: most } } });
      const row = await this.db.of(Templates).create({ ...values, kind, account_id: me, created_at: values.updated_at });
      await this.#record(actor, 'saved', row.id, name);
      return row.id;
    });
  }

  /** Own ones, and with the right to manage them those that are shared. */
  async #changeable(actor: Actor, id: number): Promise<Template> {
    const found = await this.get(actor, id);
    if (!found.own && !(await this.mayManage(actor))) throw new ForbiddenError();
    return found;
  }

  #record(actor: Actor, what: string, id: number, name: string): Promise<void> {
    return this.audit.record(actor, { action: `desk.template.${what}`, object: { kind: 'desk.template', id, name } });
  }
}

/** A macro as what it does for this person. */
export function actOf(me: number, { status, solver, priority, importance, add_tags, remove_tags, watcher, ...content }: MacroContent): Act {
  return {
    ...(status ? { status } : {}),
    ...(solver ? { solver_id: solver === 'me' ? me : solver === 'none' ? null : solver } : {}),
    ...(priority ? { priority } : {}),
    ...(importance ? { importance } : {}),
    ...(add_tags.length > 0 ? { add_tags } : {}),
    ...(remove_tags.length > 0 ? { remove_tags } : {}),
    ...(watcher ? { watcher_id: watcher === 'me' ? me : watcher } : {}),
    ...(Object.keys(content.texts).length > 0 ? { say: { texts: content.texts, internal: content.internal } } : {}),
  };
}

function checkVariables(texts: Texts): void {
  const errors = Object.entries(texts).flatMap(([language, text]) => {
    const unknown = unknownIn(text);
    return unknown === null ? [] : [[`text_${language}`, { key: 'desk:error.variable', vars: { name: unknown } }] as const];
  });
  if (errors.length > 0) throw new InvalidInputError(Object.fromEntries(errors));
}

function read({ content, ...row }: TemplateRow, me: number): Template {
  return { ...row, shared: Boolean(row.shared), own: row.account_id === me, content: JSON.parse(content) as never };
}
