import {
  ACCESS,
  DATABASE,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Database,
} from '../../../core/api.js';
import { AccessDirectory, DeviceService } from '../../customers/api.js';
import { checkPlace } from '../place.js';
import { resourceOf } from '../reach.js';
import { namesDevice } from '../shown-matter.js';

/** What a new request is about, as it was typed. */
interface Place {
  customer_id: number | null;
  installation_id: number | null;
  device_id?: number | null | undefined;
  project_id?: number | null | undefined;
  label?: string | undefined;
}
/** Checked: it fits together, and the actor may report it. */
export interface Matter {
  customer_id: number;
  installation_id: number | null;
  device_id: number | null;
  project_id: number | null;
}

/** Where and on whose behalf somebody may file a request. */
@injectable()
export class Intake {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(DeviceService) private readonly devices: DeviceService,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** @throws NotFoundError, ForbiddenError or InvalidInputError when the actor may not report it there */
  async place(actor: Actor, given: Place): Promise<{ matter: Matter; customerName: string }> {
    const input = { ...given, device_id: await this.#device(given) };
    const { customer_id: customerId, installation_id: installationId, device_id: deviceId, project_id: projectId = null } = input;
    const place = await checkPlace(this.db, { customerId, installationId, deviceId, projectId }).catch(async (error: unknown) => {
      // What lies outside the actor's reach answers like what does not exist.
      if (error instanceof InvalidInputError && !(await this.#reaches(actor, input))) throw new NotFoundError();
      throw error;
    });
    const matter = { customer_id: place.customerId, installation_id: place.installationId, device_id: deviceId, project_id: projectId };
    const named = input.label ? true : await namesDevice(this.access, actor, 'desk.request.create', matter);
    const shown = projectId === null || (await this.access.can(actor, 'customers.project.read', { customer: place.customerId, project: projectId }));
    if (!named || !shown) throw new NotFoundError();
    if (await this.access.can(actor, 'desk.request.create', resourceOf(matter))) return { matter, customerName: place.customerName };
    const ids = (await this.access.scope(actor, 'desk.request.create')).ids('customer');
    // The customer is right, but this account must name one of its installations.
    if (place.installationId === null && (ids === 'all' || ids.includes(place.customerId)))
      throw new InvalidInputError({ installation_id: { key: 'desk:error.place' } });
    if (!(await this.access.can(actor, 'customers.installation.read', resourceOf(matter)))) throw new NotFoundError();
    throw new ForbiddenError();
  }

  /** The account in whose name it is filed: the actor itself, or one of the customer's that staff name. */
  async reporter(actor: Actor, customerId: number, wanted: number | null | undefined): Promise<number | null> {
    if (!wanted) return actor.account?.id ?? null;
    if (!(await this.directory.accountsOf(customerId)).includes(wanted)) throw new InvalidInputError({ reporter_id: { key: 'desk:error.reporter' } });
    return wanted;
  }

  async #device(input: Place): Promise<number | null> {
    if (!input.label) return input.device_id ?? null;
    const device = await this.devices.byToken(input.label);
    if (!device) throw new NotFoundError();
    return device.id;
  }

  async #reaches(actor: Actor, { installation_id, device_id }: Place): Promise<boolean> {
    if (installation_id === null && !device_id) return true;
    const [table, id, column] =
      installation_id === null ? ['customers_devices', device_id, 'installation_id'] : ['customers_installations', installation_id, 'id'];
    const [row] = await this.db.query<{ customer_id: number; place: number }>(`SELECT customer_id, ${column} AS place FROM ${table} WHERE id = ?`, [id]);
    if (!row) return false;
    const resource = { customer: row.customer_id, installation: row.place, device: device_id ?? null };
    return (await this.access.can(actor, 'customers.installation.read', resource)) || (await this.access.can(actor, 'desk.request.create', resource));
  }
}
