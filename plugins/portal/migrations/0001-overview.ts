import type { Migration } from '../../../core/api.js';

/** Accesses from before there was this option have always seen the overview: they keep it. */
export const up: Migration = async ({ db }) => {
  await db.run(
    `INSERT INTO customers_access_options (access_id, permission) SELECT a.id, 'portal.overview.read' FROM customers_accesses a
     WHERE NOT EXISTS (SELECT 1 FROM customers_access_options o WHERE o.access_id = a.id AND o.permission = 'portal.overview.read')`,
  );
};
