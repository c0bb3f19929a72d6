import type { Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import { ConflictError } from '../errors.js';
import type { PluginHost, PluginState, PluginStatus } from '../plugin/types.js';
import type { Translator } from '../views/types.js';

/** Switches modules for their page and for the REST interface. */
export class ModuleSwitch {
  constructor(private readonly deps: { host: PluginHost; audit: Audit; translator: Translator; language(): string }) {}

  /** Turns the switch and says how the module stands then. @throws ConflictError when the license does not have it */
  async turn(actor: Actor, { id, enabled, state }: Pick<PluginStatus, 'id' | 'enabled' | 'state'>, on: boolean): Promise<PluginState | undefined> {
    if (on && state === 'unlicensed') throw new ConflictError({ key: 'core:modules.error.unlicensed', vars: { name: this.#name(id) } }, 'unlicensed');
    if (on !== enabled) {
      await this.deps.host.setEnabled(id, on);
      await this.record(actor, id, on ? 'enabled' : 'disabled', { enabled }, { enabled: on });
    }
    return this.deps.host.list().find((status) => status.id === id)?.state;
  }

  async record(actor: Actor, id: string, what: string, before?: object, after?: object): Promise<void> {
    const object = { kind: 'core.module', id, name: this.#name(id) };
    await this.deps.audit.record(actor, { action: `core.module.${what}`, object, before: { ...before }, after: { ...after } });
  }

  #name(id: string): string {
    const { translator, language } = this.deps;
    return translator.has(language(), `${id}:plugin.name`) ? translator.t(language(), `${id}:plugin.name`) : id;
  }
}
