import { InvalidInputError, z, type DeclaredPermission, type FormState, type PageContext } from '../../../core/api.js';
import { many } from '../inputs.js';
import { toLocalInput, toUtc } from '../zoned.js';

/** Ticked options, and per option the last day on which it counts, in fields named `until:<permission>`. */
export const optionsInput = z.looseObject({ options: many(z.string().max(100)) });

/** Key of a permission's label: in the locales of the plugin that declares it, under the short id. */
export function labelOf(permission: string): string {
  const [plugin, ...rest] = permission.split('.');
  return `${plugin}:permission.${rest.join('.')}`;
}

interface Group {
  title: string;
  options: { value: string; label: string; hint: string; checked: boolean; until: string; untilName: string; error: string; why: string }[];
}
/** Options as the form shows them: by plugin, with help, and as they were typed. */
export function optionGroups(c: PageContext, options: readonly DeclaredPermission[], form: FormState, accountId?: number): Group[] {
  const ticked: unknown = form.values['options'];
  const isTicked = (id: string) => (Array.isArray(ticked) ? ticked.includes(id) : ticked === id);
  const groups = new Map<string, Group>();
  for (const { id, plugin } of options) {
    const group = groups.get(plugin) ?? { title: c.t(`${plugin}:plugin.name`), options: [] };
    groups.set(plugin, group);
    const untilName = `until:${id}`;
    group.options.push({
      value: id,
      label: c.t(labelOf(id)),
      hint: c.t(`${labelOf(id)}.help`),
      checked: isTicked(id),
      untilName,
      until: String(form.values[untilName] ?? ''),
      error: form.errors[untilName] ?? '',
      // Why can they see this?
      why: accountId === undefined ? '' : `/settings/explain?${new URLSearchParams({ account: String(accountId), permission: id }).toString()}`,
    });
  }
  return [...groups.values()];
}

/** The dates of a form that was sent, as moments. @throws InvalidInputError for a day that is none or has passed */
export function endsOf(c: PageContext, values: Readonly<Record<string, unknown>>): Record<string, Date> {
  const ends: Record<string, Date> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!name.startsWith('until:') || typeof value !== 'string') continue;
    const end = endOfDay(c, value, name);
    if (end) ends[name.slice('until:'.length)] = end;
  }
  return ends;
}

/** The end of a day as people type it, where the person lives; null for an empty field. @throws InvalidInputError */
export function endOfDay(c: PageContext, day: string, field: string): Date | null {
  if (day.trim() === '') return null;
  const start = /^\d{4}-\d\d-\d\d$/.test(day) ? toUtc(`${day}T00:00`, c.fmt.timeZone) : null;
  if (!start) throw new InvalidInputError({ [field]: { key: 'core:field.date' } });
  const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const end = toUtc(`${next}T00:00`, c.fmt.timeZone) ?? start;
  if (end <= new Date()) throw new InvalidInputError({ [field]: { key: 'customers:error.dayPassed' } });
  return end;
}

/** The last day on which something that ends then still counts. */
export function lastDay(c: PageContext, end: Date | null | undefined): string {
  return end ? toLocalInput(new Date(end.getTime() - 1), c.fmt.timeZone).slice(0, 10) : '';
}

/** What the fields of `optionGroups` start with. */
export function optionValues(c: PageContext, { options, ends }: { options: readonly string[]; ends: Readonly<Record<string, Date>> }): Record<string, unknown> {
  return { options, ...Object.fromEntries(Object.entries(ends).map(([permission, end]) => [`until:${permission}`, lastDay(c, end)])) };
}
