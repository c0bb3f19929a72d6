import type { PageContext } from '../../../core/api.js';
import { deviceKinds } from '../register/device-service.js';
import { fold } from '../register/search.js';

type Known = (typeof deviceKinds)[number];
const looks: Readonly<Record<Known, { icon: string }>> = {
  printer: { icon: 'printer' },
  computer: { icon: 'monitor' },
  server: { icon: 'server' },
  network: { icon: 'router' },
  phone: { icon: 'phone' },
  lift: { icon: 'arrow-up-down' },
  heating: { icon: 'flame' },
  cooling: { icon: 'snowflake' },
  door: { icon: 'door-open' },
  other: { icon: 'box' },
};
const known = (kind: string): kind is Known => kind in looks && Object.hasOwn(looks, kind);

/** Icon of a kind of devices. */
export const kindIcon = (kind: string): string => looks[known(kind) ? kind : 'other'].icon;
/** Name of a kind in the reader's language; own words as they are. */
export const kindLabel = (c: PageContext, kind: string): string => (known(kind) ? c.t(`customers:device.kind.${kind}`) : kind);
/** The kind that somebody typed: a known one by its name in the reader's language, else the own word. */
export const kindOf = (c: PageContext, typed: string): string => deviceKinds.find((kind) => fold(kindLabel(c, kind)) === fold(typed)) ?? typed;

/** A device with what lists show of it. */
export function deviceLooks<T extends { kind: string; manufacturer: string | null; model: string | null; priority: number; location: string | null }>(
  c: PageContext,
  device: T,
) {
  return {
    ...device,
    icon: kindIcon(device.kind),
    kind_label: kindLabel(c, device.kind),
    type: [device.manufacturer, device.model].filter(Boolean).join(' '),
    priority_label: c.t(`customers:device.priority.${device.priority}`),
    priority_tone: device.priority === 1 ? 'bad' : device.priority === 2 ? 'warn' : 'muted',
  };
}
