import { type PageContext, type Resolve } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import type { Effect, EffectItem } from '../accesses/effect.js';
import type { AccessRights, AccessView } from '../types.js';
import { labelOf, lastDay } from './option-groups.js';

/** Has the person seen what the change means? */
export const confirmed = (c: PageContext): boolean => (c.req.body as Record<string, unknown> | undefined)?.['confirmed'] === '1';

/** What was sent, as hidden fields of the page that asks. */
export function sentFields(c: PageContext): { name: string; value: string }[] {
  return Object.entries((c.req.body ?? {}) as Record<string, unknown>)
    .filter(([name]) => name !== '_csrf' && name !== 'confirmed')
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) })));
}

/** Shows what a person gains and loses. False when nothing differs: then there is nothing to ask. */
export async function preview(c: PageContext, resolve: Resolve, access: AccessView, change: Partial<AccessRights>, action: string): Promise<boolean> {
  const effect = await resolve(AccessRegister).effect(c.actor, access.id, change);
  if (effect.gains.length + effect.losses.length + effect.changes.length === 0) return false;
  const title = c.t('preview.title', { name: access.account.name });
  c.view('customers/preview', { title, ...effectTexts(c, effect), fields: sentFields(c), action, back: action }, { title });
  return true;
}

/** What a change of rights gives and takes, in the words of the reader. */
export function effectTexts(c: PageContext, effect: Effect): Record<keyof Effect, string[]> {
  const say = (item: EffectItem): string => {
    const what =
      item.kind === 'option'
        ? c.t(labelOf(item.permission ?? ''))
        : item.kind === 'device'
          ? c.t('customers:preview.device', { activity: c.t(labelOf(item.permission ?? '')), name: item.name ?? '–' })
          : c.t(`customers:preview.${item.kind}`, { name: item.name ?? '–' });
    return item.until ? c.t('customers:preview.until', { what, day: c.fmt.date(lastDay(c, item.until)) }) : what;
  };
  return { gains: effect.gains.map(say), losses: effect.losses.map(say), changes: effect.changes.map(say) };
}
