import { ACCOUNTS, type PageContext, type Resolve } from '../../../core/api.js';
import type { Act } from './act.js';

/** What acts do, in words: one line for each thing. */
export async function describe(c: PageContext, resolve: Resolve, acts: readonly Act[]): Promise<string[][]> {
  const people = await resolve(ACCOUNTS).getMany(acts.flatMap((act) => [act.solver_id ?? [], act.watcher_id ?? []].flat()));
  const name = (id: number) => people.get(id)?.name ?? '–';
  return acts.map((act) => [
    ...(act.status ? [c.t('act.status', { value: c.t(`request.status.${act.status}`) })] : []),
    ...(act.solver_id === undefined ? [] : [act.solver_id === null ? c.t('act.nobody') : c.t('act.solver', { value: name(act.solver_id) })]),
    ...(act.priority ? [c.t('act.priority', { value: c.t(`priority.${act.priority}`) })] : []),
    ...(act.importance ? [c.t('act.importance', { value: c.t(`importance.${act.importance}`) })] : []),
    ...(act.add_tags ? [c.t('act.addTags', { value: act.add_tags.join(', ') })] : []),
    ...(act.remove_tags ? [c.t('act.removeTags', { value: act.remove_tags.join(', ') })] : []),
    ...(act.watcher_id === undefined ? [] : [c.t('act.watcher', { value: name(act.watcher_id) })]),
    ...(act.say ? [c.t(act.say.internal ? 'act.note' : 'act.reply')] : []),
    ...(act.into === undefined ? [] : [c.t('act.into')]),
  ]);
}
