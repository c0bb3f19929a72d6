import { TRANSLATOR, type AuditRecord, type PageContext, type Resolve } from '../../../core/api.js';
import { fieldLabel } from '../overview/csv-fields.js';
import { labelOf } from './option-groups.js';

type Difference = AuditRecord['differences'][number];
/** Fields of other things than customers. */
const labels: Readonly<Record<string, string>> = {
  options: 'customers:access.options',
  ends: 'customers:option.until',
  grants: 'customers:access.tab.permissions',
  all_installations: 'customers:access.all',
  installation_ids: 'customers:tab.installations',
  all_projects: 'customers:picker.projects.all',
  project_ids: 'customers:tab.projects',
  active: 'customers:installation.active',
  issuer: 'core:sso.field.issuer',
  client_id: 'core:sso.field.client',
  client_secret: 'core:sso.field.secret',
  domains: 'core:sso.field.domains',
};

/** Differences as people read them: fields by their label, options by their name, of lists only what came and went; nothing that is empty on both sides. */
export function changeTexts(c: PageContext, resolve: Resolve, differences: readonly Difference[]): Difference[] {
  const translator = resolve(TRANSLATOR);
  const has = (key: string) => translator.has(c.language, key);
  const field = (name: string): string => {
    const key = labels[name] ?? `customers:${fieldLabel(name)}`;
    return has(key) ? c.t(key) : name.replaceAll('_', ' ');
  };
  const word = (text: string): string => (/^[\w-]+(\.[\w-]+)+$/.test(text) && has(labelOf(text)) ? c.t(labelOf(text)) : text);
  const say = (text: string | null, other: string | null): string | null => {
    const list = listOf(text);
    if (list) {
      const others = listOf(other) ?? [];
      const own = list.filter((one) => !others.includes(one));
      if (own.length === 0) return null;
      // Ids and grants say nothing to people: how many is enough.
      return own.every((one) => typeof one === 'string' && !one.startsWith('{')) ? own.map((one) => word(String(one))).join(', ') : String(own.length);
    }
    if (text === 'true' || text === 'false') return c.t(text === 'true' ? 'core:roles.yes' : 'core:roles.no');
    return text === '{}' ? null : text?.replaceAll('|', ' ').trim() || null;
  };
  return differences
    .map((one) => ({ field: field(one.field), before: say(one.before, one.after), after: say(one.after, one.before) }))
    .filter(({ before, after }) => before !== null || after !== null);
}

/** A list as the log keeps it; things in it as their text. */
function listOf(text: string | null): (string | number)[] | null {
  if (!text?.startsWith('[')) return null;
  try {
    return (JSON.parse(text) as unknown[]).map((one) => (typeof one === 'string' || typeof one === 'number' ? one : JSON.stringify(one)));
  } catch {
    return null;
  }
}
