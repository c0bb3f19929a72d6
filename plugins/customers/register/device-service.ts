import { randomBytes } from 'node:crypto';
import {
  ACCESS,
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  InvalidInputError,
  NotFoundError,
  URLS,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type PermissionId,
  type Urls,
} from '../../../core/api.js';
import { CustomerService } from './customer-service.js';
import { Devices, Installations } from '../tables.js';
import type { Device, DeviceFilter, DevicePriority, DeviceRow } from '../types.js';
import { deviceColumns, findDevices } from './device-list.js';
import type { DeviceInput } from './inputs.js';
import { KeptThings } from './kept-things.js';
import { fold, words } from './search.js';

/** A serial number stands once within a customer. */
const taken = { serial: { key: 'customers:error.serial' } };
/** Kinds with an icon and a name in every language; others are words of the service company. */
export const deviceKinds = ['printer', 'computer', 'server', 'network', 'phone', 'lift', 'heating', 'cooling', 'door', 'other'] as const;

/** What stands on installations: printers, computers, lifts. */
@injectable()
export class DeviceService extends KeptThings<DeviceRow> {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(EVENTS) private readonly events: Events,
    @inject(URLS) private readonly urls: Urls,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(CustomerService) customers: CustomerService,
  ) {
    super({ db, access, audit, events, clock, customers }, { name: 'device', model: Devices, taken });
  }

  /** Devices on which the actor holds `permission`, by name; `next` is the cursor of the page after. */
  async list(actor: Actor, filter: DeviceFilter = {}, permission: PermissionId = 'customers.device.read'): Promise<{ rows: Device[]; next: string | null }> {
    const scope = await this.access.scope(actor, permission);
    return findDevices(this.db, { ...scope.sql(deviceColumns, 'd'), few: scope.kind === 'some' }, filter);
  }

  /** @throws NotFoundError without `permission` on the device, too */
  async get(actor: Actor, id: number, permission: PermissionId = 'customers.device.read'): Promise<Device> {
    const scope = (await this.access.scope(actor, permission)).sql(deviceColumns, 'd');
    const [device] = (await findDevices(this.db, scope, { id, limit: 1 })).rows;
    if (!device) throw new NotFoundError();
    return device;
  }

  /** Active devices on which the actor holds `permission` and which it may name: those it sees, and those that were given to it singly (CM-10). */
  async choices(actor: Actor, permission: PermissionId, filter: DeviceFilter & { id?: number } = {}): Promise<Device[]> {
    const reach = await this.access.scope(actor, permission);
    const [held, seen] = [reach.sql(deviceColumns, 'd'), (await this.access.scope(actor, 'customers.device.read')).sql(deviceColumns, 'd')];
    const single = reach.ids('device');
    const given = single === 'all' ? '1=1' : single.length > 0 ? `d.id IN (${single.join(',')})` : '1=0';
    const scope = { sql: `${held.sql} AND (${seen.sql} OR ${given})`, params: [...held.params, ...seen.params] };
    return (await findDevices(this.db, scope, { limit: 500, ...filter, active: true })).rows.filter((device) => device.installation_active);
  }

  /** Own words for kinds that are in use at a customer. */
  async kinds(actor: Actor, customerId: number): Promise<string[]> {
    const scope = (await this.access.scope(actor, 'customers.device.read')).sql(deviceColumns, 'd');
    const rows = await this.db.query<{ kind: string }>(
      `SELECT DISTINCT d.kind FROM customers_devices d WHERE d.customer_id = ? AND ${scope.sql} ORDER BY d.kind LIMIT 100`,
      [customerId, ...scope.params],
    );
    return rows.map((row) => row.kind);
  }

  async create(actor: Actor, customerId: number, input: DeviceInput): Promise<Device> {
    await this.assertManage(actor, customerId);
    await this.#checkPlace(customerId, input.installation_id);
    const { id } = await this.add(actor, { ...fields(input), customer_id: customerId, qr_token: newToken() }, fields(input));
    return this.get(actor, id);
  }

  /** Saves the data of a device; another installation of the same customer moves it there. */
  async update(actor: Actor, id: number, input: DeviceInput): Promise<void> {
    const before = await this.managed(actor, id);
    if (before.installation_id !== input.installation_id) await this.#checkPlace(before.customer_id, input.installation_id);
    await this.change(actor, before, fields(input));
  }

  /** Devices with the address that their labels carry, by name: active ones, or the one named. @throws ForbiddenError */
  async labels(actor: Actor, filter: { customerId: number; installationId?: number; id?: number }): Promise<(Device & { address: string })[]> {
    await this.access.assert(actor, 'customers.device.manage', { customer: filter.customerId });
    const { rows } = await findDevices(this.db, { sql: '1=1', params: [] }, { ...filter, ...(filter.id === undefined ? { active: true } : {}), limit: 500 });
    if (rows.length === 0) return [];
    const tokens = await this.db.query<{ id: number; qr_token: string }>(
      `SELECT id, qr_token FROM customers_devices WHERE id IN (${rows.map(() => '?').join(', ')})`,
      rows.map((row) => row.id),
    );
    const byId = new Map(tokens.map((row) => [row.id, row.qr_token]));
    return rows.map((row) => ({ ...row, address: this.urls.to('portal', `/d/${byId.get(row.id) ?? ''}`) }));
  }

  /** Gives the device another address: labels printed so far lead nowhere from then on. */
  async renewLabel(actor: Actor, id: number): Promise<void> {
    const row = await this.managed(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Devices).update({ qr_token: newToken() }, { where: { id } });
      await this.record(actor, row, 'label-renewed');
    });
  }

  /** The device of a label. Decides nothing about rights. */
  async byToken(token: string): Promise<Pick<DeviceRow, 'id' | 'customer_id' | 'installation_id' | 'name' | 'active'> | null> {
    const [row] = await this.db.query<DeviceRow>('SELECT id, customer_id, installation_id, name, active FROM customers_devices WHERE qr_token = ?', [token]);
    return row ? { ...row, active: Boolean(row.active) } : null;
  }

  async #checkPlace(customerId: number, installationId: number): Promise<void> {
    const place = await this.db.of(Installations).findByPk(installationId);
    if (place?.customer_id !== customerId) throw new InvalidInputError({ installation_id: { key: 'customers:error.place' } });
  }

  protected nameOf(row: DeviceRow): string {
    return row.name;
  }

  protected wordsOf(row: DeviceRow): string[] {
    return deviceWords(row);
  }

  protected saved({ id, customer_id: customerId }: DeviceRow, did: 'created' | 'updated'): void {
    this.events.emit(`customers.device.${did}`, { deviceId: id, customerId });
  }
}

/** The words under which a device is found. */
export const deviceWords = (row: Pick<DeviceRow, 'name' | 'kind' | 'manufacturer' | 'model' | 'serial' | 'location' | 'user_name' | 'user_login'>): string[] =>
  words(row.name, row.kind, row.manufacturer, row.model, row.serial, row.location, row.user_name, row.user_login);

/** Secret part of a label's address. */
export const newToken = (): string => randomBytes(16).toString('base64url');

function fields(input: DeviceInput) {
  return { ...input, priority: input.priority as DevicePriority, name_key: fold(input.name).slice(0, 160) };
}
