import { ACCESS, inject, injectable, type Access, type DeclaredPermission } from '../../../core/api.js';

/** Held by every access without a tick: who has one sees the installations that it covers. */
const always: readonly string[] = ['customers.installation.read'];

/** The rights that can be ticked on an access: whatever active plugins declare for customers. */
@injectable()
export class AccessOptions {
  constructor(@inject(ACCESS) private readonly access: Access) {}

  /** In the order of the plugins, so that those of one stand together. */
  list(): DeclaredPermission[] {
    return this.access.permissions().filter(({ id, audience }) => audience !== 'staff' && !always.includes(id));
  }

  ids(): string[] {
    return this.list().map((option) => option.id);
  }

  /** Ticked on a new access. */
  defaults(): string[] {
    return this.list()
      .filter((option) => option.default)
      .map((option) => option.id);
  }

  /** Activities that can also be given on one device only (CM-10). */
  ofDevices(): DeclaredPermission[] {
    return this.list().filter((option) => option.scopes?.includes('device'));
  }
}
