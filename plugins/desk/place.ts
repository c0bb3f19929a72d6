import { InvalidInputError, NotFoundError, type Database } from '../../core/api.js';

interface Place {
  customerId: number;
  customerName: string;
  installationId: number | null;
}
/** What new work may be about; what is left out is not checked. */
interface Wanted {
  customerId: number | null;
  installationId: number | null;
  deviceId?: number | null;
  projectId?: number | null;
}

/** The customer and installation of new work; a device stands for its installation. @throws NotFoundError or InvalidInputError when they do not belong together or are not active */
export async function checkPlace(db: Database, wanted: Wanted): Promise<Place> {
  const device = wanted.deviceId ? await deviceOf(db, wanted.deviceId) : null;
  const { customerId } = wanted;
  const installationId = wanted.installationId ?? device?.installation_id ?? null;
  if (installationId === null && customerId === null) throw new InvalidInputError({ installation_id: { key: 'desk:error.place' } });
  const [row] =
    installationId === null
      ? await db.query<{ id: number; name: string; status: string; active: number }>(
          'SELECT id, name, status, 1 AS active FROM customers_customers WHERE id = ?',
          [customerId],
        )
      : await db.query<{ id: number; name: string; status: string; active: number }>(
          'SELECT c.id, c.name, c.status, i.active FROM customers_installations i JOIN customers_customers c ON c.id = i.customer_id WHERE i.id = ?',
          [installationId],
        );
  if (!row || (customerId !== null && row.id !== customerId)) throw new NotFoundError();
  if (row.status !== 'active') throw new InvalidInputError({ customer_id: { key: 'desk:error.customerOff' } });
  if (!row.active) throw new InvalidInputError({ installation_id: { key: 'desk:error.installationOff' } });
  if (device && device.customer_id !== row.id) throw new NotFoundError();
  if (device && device.installation_id !== installationId) throw new InvalidInputError({ device_id: { key: 'desk:error.device' } });
  if (device && !device.active) throw new InvalidInputError({ device_id: { key: 'desk:error.deviceOff' } });
  if (wanted.projectId) await checkProject(db, row.id, wanted.projectId);
  return { customerId: row.id, customerName: row.name, installationId };
}

async function deviceOf(db: Database, id: number) {
  const [device] = await db.query<{ customer_id: number; installation_id: number; active: number }>(
    'SELECT customer_id, installation_id, active FROM customers_devices WHERE id = ?',
    [id],
  );
  if (!device) throw new NotFoundError();
  return device;
}

async function checkProject(db: Database, customerId: number, id: number): Promise<void> {
  const [project] = await db.query<{ customer_id: number; active: number }>('SELECT customer_id, active FROM customers_projects WHERE id = ?', [id]);
  if (project?.customer_id !== customerId) throw new NotFoundError();
  if (!project.active) throw new InvalidInputError({ project_id: { key: 'desk:error.projectOff' } });
}

/** What people call the place of a matter: words under which it is found. */
export async function namesOfPlace(
  db: Database,
  row: { customer_id: number; installation_id: number | null; device_id: number | null },
): Promise<(string | number | null)[]> {
  const [place] = await db.query<Record<string, string | number | null>>(
    `SELECT c.name, c.number, i.name AS installation, i.city, d.name AS device FROM customers_customers c
     LEFT JOIN customers_installations i ON i.id = ? LEFT JOIN customers_devices d ON d.id = ? WHERE c.id = ?`,
    [row.installation_id, row.device_id, row.customer_id],
  );
  return Object.values(place ?? {});
}
