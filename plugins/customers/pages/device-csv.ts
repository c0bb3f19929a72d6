import { stringify } from 'csv-stringify/sync';
import type { PageContext } from '../../../core/api.js';
import type { DeviceService } from '../register/device-service.js';
import type { DeviceFilter } from '../types.js';
import { kindLabel } from './device-kinds.js';

const columns = [
  'name',
  'kind',
  'manufacturer',
  'model',
  'serial',
  'installation_name',
  'location',
  'priority',
  'user_name',
  'user_login',
  'user_email',
  'warranty_until',
  'software',
  'active',
] as const;

/** Devices of a filter as CSV, page by page. Cells cannot start a formula. */
export async function* csvOf(c: PageContext, devices: DeviceService, filter: DeviceFilter): AsyncGenerator<string> {
  yield `\ufeff${stringify([columns.map((column) => c.t(column === 'installation_name' ? 'device.installation_id' : `device.${column}`))])}`;
  let after: string | undefined;
  do {
    const page = await devices.list(c.actor, { ...filter, after, limit: 500 });
    yield stringify(
      page.rows.map((row) =>
        columns.map((column) =>
          column === 'kind' ? kindLabel(c, row.kind) : column === 'active' ? c.t(row.active ? 'device.active' : 'device.inactive') : (row[column] ?? ''),
        ),
      ),
      { escape_formulas: true },
    );
    after = page.next ?? undefined;
  } while (after);
}
