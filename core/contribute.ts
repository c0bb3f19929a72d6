import { join } from 'node:path';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import { Lifecycle } from 'tsyringe';
import type { constructor } from 'tsyringe/dist/typings/types/index.js';
import type { Subjects } from './access/subjects.js';
import type { Access } from './access/types.js';
import type { FactorPolicy } from './accounts/types.js';
import type { EventBus } from './events/event-bus.js';
import type { Files } from './files/types.js';
import type { Catalog } from './access/rights.js';
import { collectPages } from './http/routes.js';
import type { Contributions } from './http/contributions.js';
import type { Sites } from './http/sites.js';
import type { Slots } from './http/slots.js';
import type { Resolve } from './http/types.js';
import type { JobQueue } from './jobs/job-queue.js';
import type { NotificationChannel } from './notifications/types.js';
import type { Log, PluginContext } from './plugin/context.js';
import type { Discovered } from './plugin/discovery.js';
import type { Scope } from './plugin/scope.js';
import { collectApi } from './rest/collect.js';
import type { Realtime } from './realtime/types.js';
import type { SearchProvider } from './search/types.js';
import type { ProviderOwner } from './sso/types.js';
import { LOG } from './tokens.js';
import type { Views } from './views/types.js';

/** The parts of the core that plugins contribute to. */
export interface ContributeParts {
  container: DependencyContainer;
  log(plugin: string): Log;
  slots: Slots;
  sites: Sites;
  contributions: Contributions;
  events: EventBus;
  jobs: JobQueue;
  access: Access & { catalog(): Catalog };
  subjects: Subjects;
  files: Files;
  realtime: Realtime;
  views: Views;
  search: { add(provider: SearchProvider): () => void };
  channel(channel: NotificationChannel): () => void;
  signInOwner(kind: string, owner: ProviderOwner): () => void;
  signInPolicy(plugin: string, policy: FactorPolicy): () => void;
}

type Class = constructor<object>;

/** Makes plugins' contexts: each registrar pushes its undo onto the plugin's scope. */
export class Contributor {
  readonly #classes = new Map<string, { container: DependencyContainer; classes: Class[] }>();
  readonly #exports = new Map<string, object>();

  constructor(private readonly parts: ContributeParts) {}

  contribute({ manifest, folder }: Discovered, scope: Scope): { context: PluginContext; settle(): Promise<void> } {
    const { parts } = this;
    const { id } = manifest;
    const own = this.#container(id, manifest.requires ?? [], scope);
    const resolve: Resolve = (token) => own.resolve(token as unknown as InjectionToken<never>);
    const opening: Promise<void>[] = [];
    const log = parts.log(id);
    own.register(LOG, { useValue: log });
    scope.add(parts.views.add(id, join(folder.assets, 'views')));

    const peer = <T extends object>(other: string): T | undefined => {
      if (![...(manifest.requires ?? []), ...(manifest.optional ?? [])].includes(other))
        throw new Error(`plugin ${id} asks for ${other}, which its manifest does not name`);
      return this.#exports.get(other) as T | undefined;
    };
    const context: PluginContext = {
      id,
      manifest,
      scope,
      log,
      services: {
        add: (...classes) => {
          for (const service of classes as unknown as Class[]) own.register(service, { useClass: service }, { lifecycle: Lifecycle.ContainerScoped });
          this.#classes.get(id)!.classes.push(...(classes as unknown as Class[]));
        },
        resolve,
      },
      pages: (site, module) => scope.add(parts.slots.add(id, collectPages(id, site, module, resolve))),
      api: (module) => scope.add(parts.slots.add(id, collectApi(id, parts.access.catalog(), module, resolve))),
      sites: { open: (definition) => void opening.push(parts.sites.open(definition, scope)) },
      menu: { add: (site, entry) => scope.add(parts.contributions.addMenu({ ...entry, plugin: id, site })) },
      finder: { add: (site, finder) => scope.add(parts.contributions.addFinder(id, site, finder)) },
      outlets: { fill: (outlet, view, data, order = 50) => scope.add(parts.contributions.fill({ plugin: id, outlet, view, data, order })) },
      events: { on: (name, listener) => keep(scope, parts.events.scoped(id).on(name, listener)) },
      jobs: {
        every: (name, schedule, handler) => scope.add(parts.jobs.every(`${id}.${name}`, schedule, handler, id)),
        handle: (name, handler) => scope.add(parts.jobs.handle(`${id}.${name}`, handler, id)),
      },
      notifications: { channel: (channel) => scope.add(parts.channel(channel)) },
      access: {
        source: (source) => scope.add(parts.access.source(source)),
        object: (kind, definition) => scope.add(parts.subjects.object(kind, definition)),
        accounts: (definition) => scope.add(parts.subjects.accounts(definition)),
      },
      signIn: {
        policy: (policy) => scope.add(parts.signInPolicy(id, policy)),
        owner: (kind, owner) => scope.add(parts.signInOwner(kind, owner)),
      },
      files: { guard: (kind, mayRead) => keep(scope, parts.files.guard(kind, mayRead)) },
      search: { add: (provider) => scope.add(parts.search.add(provider)) },
      realtime: {
        topic: (name, mayWatch) => keep(scope, parts.realtime.topic(name, mayWatch)),
        presence: (name, mayShow) => keep(scope, parts.realtime.presence(name, mayShow)),
      },
      exports: (api) => {
        this.#exports.set(id, api);
        scope.add(() => void this.#exports.delete(id));
      },
      peer,
    };
    return { context, settle: async () => void (await Promise.all(opening)) };
  }

  /** A service of an active plugin: for tests and the command line. */
  service<T extends object>(plugin: string, service: constructor<T>): T {
    const own = this.#classes.get(plugin);
    if (!own) throw new Error(`plugin ${plugin} is not active`);
    return own.container.resolve(service);
  }

  /** A child container that also knows the services of required plugins. */
  #container(id: string, requires: readonly string[], scope: Scope): DependencyContainer {
    const container = this.parts.container.createChildContainer();
    for (const required of requires) {
      const other = this.#classes.get(required);
      for (const service of other?.classes ?? []) container.register(service, { useFactory: () => other!.container.resolve(service) });
    }
    this.#classes.set(id, { container, classes: [] });
    scope.add(() => {
      this.#classes.delete(id);
      container.reset();
    });
    return container;
  }
}

/** Ends with the scope, or earlier by the undo that is returned. */
function keep(scope: Scope, undo: () => void): () => void {
  scope.add(undo);
  return undo;
}
