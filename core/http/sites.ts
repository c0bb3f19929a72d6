import type { RequestListener } from 'node:http';
import { InvalidInputError } from '../errors.js';
import type { SettingKey } from '../plugin/manifest.js';
import type { Scope } from '../plugin/scope.js';
import type { Settings } from '../settings/service-types.js';
import { Listener, PortError, type TlsFiles } from './listener.js';
import type { SiteDefinition } from './types.js';

export interface SiteConfig {
  host: string;
  /** Overrides the port of the definition (and so of the setting). */
  port: number | null;
  baseUrl: string | null;
  tls: TlsFiles | null;
}
export interface SitesParts {
  config(site: string): SiteConfig;
  settings: Settings;
  app(definition: SiteDefinition): RequestListener;
  /** Attaches sockets to a bound listener; returns the undo. */
  attach(definition: SiteDefinition, listener: Listener): () => void;
  onMoved(site: string, port: number): void;
}

interface OpenSite {
  definition: SiteDefinition;
  listener: Listener;
  detach: () => void;
}
const drainMs = 10_000;
/** How long an old port still takes connections: who has just read the old address is not refused. */
const graceMs = 1_000;

/** The listeners that are open now. */
export class Sites {
  #open = new Map<string, OpenSite>();

  constructor(private readonly parts: SitesParts) {}

  /** Opens a site for as long as the scope lasts. @throws PortError */
  async open(definition: SiteDefinition, scope: Scope): Promise<void> {
    const config = this.parts.config(definition.name);
    const handler = this.parts.app(definition);
    const bind = (port: number) => Listener.bind(handler, { port, host: config.host, tls: config.tls });
    const enter = (listener: Listener): OpenSite => {
      const site = { definition, listener, detach: this.parts.attach(definition, listener) };
      this.#open.set(definition.name, site);
      this.parts.onMoved(definition.name, listener.port);
      return site;
    };
    enter(await bind(config.port ?? definition.port()));
    scope.add(async () => {
      const site = this.#open.get(definition.name);
      this.#open.delete(definition.name);
      site?.detach();
      await site?.listener.close(drainMs);
    });
    if (definition.portSetting && config.port === null) this.#followSetting(definition.portSetting, definition, scope, bind, enter);
  }

  /** A new port is bound before it is stored, and the old one drains after: no request is lost, and a busy port is refused. */
  #followSetting(key: SettingKey, definition: SiteDefinition, scope: Scope, bind: (port: number) => Promise<Listener>, enter: (l: Listener) => OpenSite): void {
    let next: Listener | null = null;
    const { settings } = this.parts;
    scope.add(
      settings.guard(key, async (value) => {
        await next?.close(0);
        next = null;
        if (Number(value) === this.#open.get(definition.name)?.listener.port) return;
        try {
          next = await bind(Number(value));
        } catch (error) {
          throw error instanceof PortError ? new InvalidInputError({ [key]: error.detail }) : error;
        }
      }),
    );
    scope.add(
      settings.onChange(key, async (value) => {
        const before = this.#open.get(definition.name);
        if (!before || before.listener.port === Number(value)) return;
        // Another node made the change: here nothing is bound ahead.
        const listener = next?.port === Number(value) ? next : await bind(Number(value));
        next = null;
        enter(listener);
        before.detach();
        void before.listener.retire(graceMs, drainMs);
      }),
    );
    scope.add(() => next?.close(0));
  }

  port(site: string): number | null {
    return this.#open.get(site)?.listener.port ?? null;
  }

  definition(site: string): SiteDefinition | null {
    return this.#open.get(site)?.definition ?? null;
  }

  /** Absolute address of a path, from the configured base URL or, without one, this machine's name and the open port. */
  url(site: string, path: string): string {
    const config = this.parts.config(site);
    if (config.baseUrl) return config.baseUrl.replace(/\/$/, '') + path;
    const host = ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(config.host) ? 'localhost' : config.host;
    const port = this.port(site) ?? config.port;
    return `${config.tls ? 'https' : 'http'}://${host}${port ? `:${port}` : ''}${path}`;
  }

  /** Open sites that listen beyond this machine without TLS; `trusted` = a proxy in front is configured. */
  exposed(trusted: boolean): string[] {
    return [...this.#open.keys()].filter((name) => {
      const { host, tls } = this.parts.config(name);
      return !tls && !trusted && !['127.0.0.1', '::1', 'localhost'].includes(host);
    });
  }
}

/** The site that is always there. */
export function staffSite(settings: Settings, port: number): SiteDefinition {
  return { name: 'staff', kind: 'staff', layout: 'staff', home: '/', idleMinutes: () => settings.get('core.staffTimeout'), port: () => port };
}
