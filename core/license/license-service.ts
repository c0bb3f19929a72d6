import { type LicenseKey } from '../../config/license-keys.js';
import type { Message } from '../errors.js';
import { admit, boundElsewhere, isRevoked } from './admission.js';
import { DropInFolder, type RefusedFile } from './drop-in.js';
import { readLicense, type VerifiedLicense } from './format.js';
import { LicenseFileError } from './license-error.js';
import { compare, type LicensePreview } from './preview.js';
import { Seats } from './seats.js';
import { DAY, effectiveNow, licenseTerm, moduleTerm, moduleTerms, TRIAL_DAYS, trialTerm, type ModuleTerm, type Situation } from './states.js';
import type { LicenseStore, Licensing, ModuleLicense, StoredLicense } from './types.js';

/** Half of the two seconds in which a dropped file or another node's change must count. */
const POLL_MS = 1_000;
const HOUR = 3_600_000;

export interface LicenseServiceOptions {
  store: LicenseStore;
  clock: { now(): Date };
  log: { info(data: object, message: string): void; warn(data: object, message: string): void };
  dropInFolder: string;
  /** In production the development key is refused. */
  production: boolean;
  /** License features of all plugins that are installed. */
  features: () => string[];
  /** Public address of this installation, for licenses bound to one. */
  url: () => string;
  /** Audits a file that the drop-in folder brings into force; runs in the transaction that stores it. */
  dropped?: (change: LicensePreview, file: string) => Promise<void>;
  /** Storing and auditing are one change. Absent: without a transaction. */
  transaction?: <T>(work: () => Promise<T>) => Promise<T>;
  keys?: readonly LicenseKey[];
  revoked?: readonly string[];
}
/** What the license page shows. */
export interface LicenseOverview {
  /** Null while no license is in force: then the trial counts. */
  license: VerifiedLicense | null;
  /** State of the whole license, or of the trial. */
  term: ModuleTerm;
  modules: Map<string, ModuleTerm>;
  instanceId: string;
  /** Why the stored license gives less than it says. */
  problem: Message | null;
  /** The clock stands more than a day before a time already seen. */
  clockTurnedBack: boolean;
  refused: RefusedFile[];
}

/** The license in force: reads, watches, previews and replaces it. A file that is wrong in any way changes nothing. */
export class LicenseService implements Licensing {
  readonly seats = new Seats(() => this.#license?.payload ?? null);
  readonly #folder: DropInFolder;
  #stored: StoredLicense | null = null;
  #license: VerifiedLicense | null = null;
  #problem: Message | null = null;
  #listeners = new Set<() => void>();
  #fingerprint = '';
  #turn: Promise<unknown> = Promise.resolve();
  #steady: { since: Date; last: Date } | null = null;
  #counted: Date | null = null;
  #warned = false;

  constructor(private readonly options: LicenseServiceOptions) {
    this.#folder = new DropInFolder(options.dropInFolder, (text, file) => this.#drop(text, file));
  }

  /** Loads the license in force and watches the folder, the database and the clock until the scope ends. */
  async start(scope: { add(dispose: () => void | Promise<void>): void }): Promise<void> {
    await this.reload();
    let timer: NodeJS.Timeout | undefined;
    let round: Promise<void> | null = null;
    let ended = false;
    const schedule = (ms: number): void => {
      clearTimeout(timer);
      if (!ended) timer = setTimeout(() => void run(), ms).unref();
    };
    const run = (): Promise<void> => {
      round ??= this.poll().finally(() => {
        round = null;
        schedule(this.#pause());
      });
      return round;
    };
    scope.add(async () => {
      ended = true;
      clearTimeout(timer);
      await round;
    });
    scope.add(await this.#folder.watch(() => schedule(50)));
    await run();
  }

  module(feature: string): ModuleLicense {
    return moduleTerm(feature, this.#situation());
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  current(): LicenseOverview {
    const situation = this.#situation();
    return {
      license: this.#license,
      term: situation.license ? licenseTerm(situation, situation.license) : trialTerm(situation),
      modules: moduleTerms(this.options.features(), situation).modules,
      instanceId: this.#loaded().instanceId,
      problem: this.#problem ?? this.#withheld()?.error.detail ?? null,
      clockTurnedBack: this.#turnedBack(situation),
      refused: this.#folder.refused,
    };
  }

  /** What would change, and when. Nothing is stored. @throws LicenseFileError */
  preview(text: string): LicensePreview {
    const license = this.#read(text);
    const situation = this.#situation();
    const { instanceId } = this.#loaded();
    admit(license, { current: this.#license, now: effectiveNow(situation), instanceId, url: this.options.url, revoked: this.options.revoked });
    return compare(license, this.#license, situation, this.options.features());
  }

  /** Brings a file into force at once and on every node. `record` writes the audit entry. @throws LicenseFileError, then nothing has changed */
  install(text: string, record?: (change: LicensePreview) => Promise<void>): Promise<LicensePreview> {
    return this.#exclusive(async () => {
      this.#take(await this.options.store.load());
      const change = this.preview(text);
      const lastSeenAt = new Date(Math.max(this.options.clock.now().getTime(), this.#loaded().lastSeenAt.getTime()));
      const { transaction = (work) => work() } = this.options;
      await transaction(async () => {
        await this.options.store.save({ text, lastSeenAt });
        await record?.(change);
      });
      this.#take({ ...this.#loaded(), text, lastSeenAt });
      this.#announce();
      return change;
    });
  }

  /** Takes over what another node or the command line has stored. */
  async reload(): Promise<void> {
    await this.#exclusive(async () => {
      this.#take(await this.options.store.load());
      this.#announce();
    });
  }

  /** One round: the store, the folder, the clock. Runs every second by itself; a failure is told and the next round tries again. */
  async poll(): Promise<void> {
    try {
      await this.reload();
      await this.#folder.scan();
      await this.#trustTheClock();
      await this.#countSeats();
      this.#announce();
    } catch (error) {
      this.options.log.warn({ error }, 'The license could not be checked; the last known one stays in force.');
    }
  }

  #read(text: string): VerifiedLicense {
    return readLicense(text, { keys: this.options.keys, production: this.options.production });
  }

  async #drop(text: string, file: string): Promise<void> {
    try {
      await this.install(text, async (change) => this.options.dropped?.(change, file));
      this.options.log.info({ file }, 'A license file from the folder came into force.');
    } catch (error) {
      if (error instanceof LicenseFileError && error.fault !== 'inForce' && error.fault !== 'notYetValid')
        this.options.log.warn({ file, code: error.code }, 'A license file in the folder was not taken.');
      throw error;
    }
  }

  #take(stored: StoredLicense): void {
    const known = this.#stored;
    this.#stored = stored;
    if (known && known.text === stored.text) return;
    this.#license = null;
    this.#problem = null;
    if (stored.text === null) return;
    try {
      this.#license = this.#read(stored.text);
    } catch (error) {
      if (!(error instanceof LicenseFileError)) throw error;
      this.#problem = error.detail;
      this.options.log.warn({ code: error.code }, 'The stored license does not count.');
    }
  }

  #situation(): Situation {
    const stored = this.#loaded();
    const license = this.#license;
    const now = this.options.clock.now();
    const trusted = new Date(Math.max(stored.lastSeenAt.getTime(), (license?.payload.iat ?? 0) * 1000));
    return {
      license: license?.payload ?? null,
      hold: this.#withheld()?.hold,
      trialUntil: new Date(stored.installedAt.getTime() + TRIAL_DAYS * DAY),
      now,
      trusted,
      used: this.seats.used,
    };
  }

  /** Why the license in force gives no right to write, if so. */
  #withheld(): { hold: 'revoked' | 'read-only'; error: LicenseFileError } | null {
    const license = this.#license;
    if (!license) return null;
    if (isRevoked(license, this.options.revoked)) return { hold: 'revoked', error: new LicenseFileError('revoked', { id: license.payload.id }) };
    const error = boundElsewhere(license, { instanceId: this.#loaded().instanceId, url: this.options.url });
    return error && { hold: 'read-only', error };
  }

  #loaded(): StoredLicense {
    if (!this.#stored) throw new Error('LicenseService.start has not been called.');
    return this.#stored;
  }

  /** A time counts as reached once the clock has run evenly for an hour, so that a wrong start-up time or a jump ends no license. */
  async #trustTheClock(): Promise<void> {
    const now = this.options.clock.now();
    const gap = this.#steady ? now.getTime() - this.#steady.last.getTime() : -1;
    this.#steady = { since: this.#steady && gap >= 0 && gap < HOUR / 6 ? this.#steady.since : now, last: now };
    const { lastSeenAt } = this.#loaded();
    if (now.getTime() - this.#steady.since.getTime() >= HOUR && now.getTime() - lastSeenAt.getTime() >= HOUR) {
      await this.options.store.save({ lastSeenAt: now });
      await this.reload();
    }
    const turnedBack = this.#turnedBack(this.#situation());
    if (turnedBack && !this.#warned) this.options.log.warn({ now, lastSeenAt }, 'The clock was turned back; licenses count by the latest time seen.');
    this.#warned = turnedBack;
  }

  #turnedBack({ now, trusted }: Situation): boolean {
    return now.getTime() < trusted.getTime() - DAY;
  }

  async #countSeats(): Promise<void> {
    const now = this.options.clock.now();
    if (this.#counted && Math.abs(now.getTime() - this.#counted.getTime()) < 60_000) return;
    await this.seats.count();
    this.#counted = now;
  }

  #pause(): number {
    const { next } = moduleTerms(this.options.features(), this.#situation());
    return next ? Math.min(POLL_MS, Math.max(20, next.getTime() - this.options.clock.now().getTime())) : POLL_MS;
  }

  #announce(): void {
    const { modules } = moduleTerms(this.options.features(), this.#situation());
    const fingerprint = JSON.stringify([this.#stored?.text, [...modules].map(([feature, { state, until }]) => [feature, state, until])]);
    if (fingerprint === this.#fingerprint) return;
    this.#fingerprint = fingerprint;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.options.log.warn({ error }, 'A listener to license changes failed.');
      }
    }
  }

  /** One at a time, in order: two files at once must not each think that it is the newest. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
