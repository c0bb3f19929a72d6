import type { PageContext } from '../http/types.js';
import type { LicenseOverview } from '../license/license-service.js';
import type { PluginHost, PluginState, PluginStatus } from '../plugin/types.js';
import type { SettingDecl } from '../settings/types.js';
import type { Translator } from '../views/types.js';
import { daysLeft, stateBadge, type Badge } from './license-card.js';

/** What the cards are made of. */
export interface CardParts {
  host: Pick<PluginHost, 'list'>;
  translator: Pick<Translator, 'has'>;
  settings: { states(plugin: string): readonly { decl: SettingDecl; value: unknown }[] };
  clock: { now(): Date };
}
export interface ModuleCard {
  id: string;
  name: string;
  description: string;
  version: string;
  icon: string;
  /** Position of the switch. */
  on: boolean;
  licensed: boolean;
  needsSetup: boolean;
  badge: Badge;
  /** The license's part, where it is not simply valid. */
  license: Badge | null;
  reason: PluginStatus['reason'];
  settingsHref: string | null;
  retry: boolean;
}

const looks: Record<Exclude<PluginState, 'unlicensed'>, Omit<Badge, 'text'>> = {
  discovered: { tone: 'muted', icon: '' },
  incompatible: { tone: 'bad', icon: 'circle-alert' },
  blocked: { tone: 'warn', icon: 'triangle-alert' },
  disabled: { tone: 'muted', icon: '' },
  migrating: { tone: 'info', icon: 'refresh-cw' },
  starting: { tone: 'info', icon: 'refresh-cw' },
  active: { tone: 'ok', icon: 'check' },
  stopping: { tone: 'info', icon: 'refresh-cw' },
  quarantined: { tone: 'bad', icon: 'circle-alert' },
  failed: { tone: 'bad', icon: 'circle-alert' },
};

/** Modules that have a switch, as cards. Built-in plugins have none and are not listed. */
export function moduleCards(c: PageContext, parts: CardParts, overview: LicenseOverview): ModuleCard[] {
  return parts.host.list().flatMap((status) => (status.builtIn ? [] : [card(c, parts, overview, status)]));
}

/** A module's name in the reader's language; its id while its texts are missing. */
export function moduleName(c: PageContext, translator: Pick<Translator, 'has'>, id: string): string {
  return translator.has(c.language, `${id}:plugin.name`) ? c.t(`${id}:plugin.name`) : id;
}

function card(c: PageContext, parts: CardParts, overview: LicenseOverview, status: PluginStatus): ModuleCard {
  const { id, manifest, state } = status;
  const settings = parts.settings.states(id);
  const term = manifest.license === undefined ? undefined : overview.modules.get(manifest.license);
  const licensed = state !== 'unlicensed';
  const unset = settings.some(({ decl, value }) => decl.type === 'text' && decl.required === true && value === '');
  const broken = state === 'blocked' || state === 'incompatible' || state === 'quarantined' || state === 'failed';
  const badge =
    state === 'unlicensed' ? stateBadge(c, term?.state === 'pending' ? 'pending' : 'none') : { ...looks[state], text: c.t(`core:modules.state.${state}`) };
  return {
    id,
    name: moduleName(c, parts.translator, id),
    description: parts.translator.has(c.language, `${id}:plugin.description`) ? c.t(`${id}:plugin.description`) : '',
    version: manifest.version,
    icon: manifest.icon ?? 'blocks',
    on: status.enabled && licensed,
    licensed,
    needsSetup: broken || (state === 'active' && unset),
    badge: state === 'active' && unset ? { tone: 'warn', icon: 'triangle-alert', text: c.t('core:modules.needsSetup') } : badge,
    license: licensed && term && term.state !== 'valid' ? licenseBadge(c, term.state, term.until, parts.clock.now()) : null,
    reason: broken ? status.reason : null,
    settingsHref: settings.length > 0 && state === 'active' ? `/settings/${id}` : null,
    retry: state === 'quarantined' || state === 'failed',
  };
}

function licenseBadge(c: PageContext, state: Parameters<typeof stateBadge>[1], until: Date | null, now: Date): Badge {
  const badge = stateBadge(c, state);
  const counts = until && (state === 'trial' || state === 'expiring' || state === 'grace');
  return counts ? { ...badge, text: `${badge.text} · ${c.t('core:license.daysLeft', { count: daysLeft(until, now) })}` } : badge;
}
