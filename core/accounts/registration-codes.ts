import { Op } from 'sequelize';
import { accountActor } from '../access/actors.js';
import type { Audit } from '../audit/types.js';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import { ThrottledError, type Message } from '../errors.js';
import type { Notifications } from '../notifications/types.js';
import type { Clock } from '../tokens.js';
import { groupCode, newCode, normalizeCode } from './codes.js';
import { CodeSendModel, InvitationModel } from './models.js';
import { secretHash } from './secrets.js';
import type { Account } from './types.js';

export interface RegistrationCodeDeps {
  db: Database;
  clock: Clock;
  audit: Audit;
  notifications: Notifications;
  /** Can text messages be sent? */
  smsReady(): boolean;
}
const length = 8;
const maxTries = 5;
const pauseMs = 30_000;
const perDay = 5;
const dayMs = 86_400_000;

/** The second half of an invitation: a code that goes to the person's mobile, so that the mail alone opens nothing. */
export class RegistrationCodes {
  constructor(private readonly deps: RegistrationCodeDeps) {}

  /** Do invitations to people with a mobile number come with a code? */
  get ready(): boolean {
    return this.deps.smsReady();
  }

  /** Gives a new link its code, if the person can get one. Joins the open transaction. */
  async attach(token: string, account: Account): Promise<void> {
    const { mobile } = account;
    if (mobile === null || !this.ready) return;
    const row = await this.deps.db.of(InvitationModel).findOne({ where: { token_hash: secretHash(token) } });
    if (row !== null) await this.#send(row.id, token, account, mobile);
  }

  /** A new code for a link that asks for one; the older one is dead then. @throws ThrottledError within 30 s, or after five a day for the number */
  async renew(link: { id: number; account: Account }, token: string, ip: string | null): Promise<void> {
    const { db, clock, audit } = this.deps;
    const { account, id } = link;
    const { mobile } = account;
    if (mobile === null) return;
    await db.transaction(async () => {
      const now = clock.now();
      const where = { id, used_at: null, revoked_at: null, code_sent_at: { [Op.lte]: new Date(now.getTime() - pauseMs) } };
      const [due] = await db.of(InvitationModel).update({ code_sent_at: now }, { where });
      if (due === 0) throw new ThrottledError(pauseMs / 1000);
      const sent = { number_hash: secretHash(mobile), sent_at: { [Op.gt]: new Date(now.getTime() - dayMs) } };
      const earlier = await db.of(CodeSendModel).findAll({ where: sent, order: [['sent_at', 'ASC']] });
      const first = earlier.at(-perDay);
      if (first) throw new ThrottledError(Math.ceil((first.sent_at.getTime() + dayMs - now.getTime()) / 1000));
      await this.#send(id, token, account, mobile);
      await audit.record(accountActor(account, { ip }), {
        action: 'core.account.code-sent',
        object: { kind: 'core.account', id: account.id, name: account.name },
      });
    });
  }

  /** What is wrong with a typed code; null when it is right. Every try counts before it is looked at, so that parallel guesses do not slip through. */
  async problem(linkId: number, token: string, typed: unknown): Promise<Message | null> {
    const { db } = this.deps;
    const code = normalizeCode(typed);
    if (code === '') return { key: typeof typed === 'string' && typed.trim() !== '' ? 'core:register.error.codeWrong' : 'core:register.error.codeMissing' };
    const counted = await db.run('UPDATE core_invitations SET code_tries = code_tries + 1 WHERE id = ? AND code_tries < ?', [linkId, maxTries]);
    if (counted.changes === 0) return { key: 'core:register.error.codeLocked' };
    const row = await db.of(InvitationModel).findByPk(linkId);
    if (row === null || row.code_hash !== hashOf(token, code))
      return row !== null && row.code_tries >= maxTries ? { key: 'core:register.error.codeLocked' } : { key: 'core:register.error.codeWrong' };
    await db.run('UPDATE core_invitations SET code_tries = code_tries - 1 WHERE id = ?', [linkId]);
    return null;
  }

  async #send(linkId: number, token: string, account: Account, mobile: string): Promise<void> {
    const { db, clock, notifications } = this.deps;
    const now = clock.now();
    const code = newCode(length);
    await db.of(InvitationModel).update({ code_hash: hashOf(token, code), code_tries: 0, code_sent_at: now }, { where: { id: linkId } });
    await db.run('DELETE FROM core_code_sends WHERE sent_at < ?', [new Date(now.getTime() - dayMs)]);
    await insert(db, 'core_code_sends', { number_hash: secretHash(mobile), sent_at: now });
    await notifications.send({
      template: 'core.registration-code',
      to: { accountId: account.id },
      channels: ['sms'],
      data: { code: groupCode(code) },
      secret: true,
    });
  }
}

/** Bound to its link: the database alone tells nothing about a code. */
const hashOf = (token: string, code: string): string => secretHash(`${token}:${code}`);
