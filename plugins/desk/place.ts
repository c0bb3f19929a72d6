import { InvalidInputError, NotFoundError, type Database } from '../../core/api.js';

interface Place {
  customerId: number;
  customerName: string;
  installationId: number | null;
}

/** The customer and installation of new work. @throws NotFoundError or InvalidInputError when they do not belong together or are not active */
export async function checkPlace(db: Database, customerId: number | null, installationId: number | null): Promise<Place> {
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
  return { customerId: row.id, customerName: row.name, installationId };
}
