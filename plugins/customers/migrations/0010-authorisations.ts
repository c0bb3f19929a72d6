import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { Accesses, Processors, TemplateOptions, TemplateRunRows, TemplateRuns, Templates } from '../tables.js';

/** What is proposed from the start; everything can be changed later. */
const reading = ['portal.overview.read', 'desk.request.read', 'desk.order.read', 'desk.work.read', 'customers.device.read'];
const proposals = {
  contact: reading,
  it: [...reading, 'desk.request.create', 'desk.evaluation.read', 'desk.request.solve', 'customers.project.read', 'customers.team.manage'],
};

export const up: Migration = async ({ db, queryInterface }) => {
  await createTable(queryInterface, Processors.table, Processors.attributes, [
    { fields: ['customer_id', 'object_kind', 'object_id', 'account_id'], unique: true },
    { fields: ['account_id'] },
  ]);
  await createTable(queryInterface, Templates.table, Templates.attributes);
  await createTable(queryInterface, TemplateOptions.table, TemplateOptions.attributes);
  await createTable(queryInterface, TemplateRuns.table, TemplateRuns.attributes);
  await createTable(queryInterface, TemplateRunRows.table, TemplateRunRows.attributes);
  await addColumns(queryInterface, Accesses, ['disabled_by']);
  for (const [proposal, permissions] of Object.entries(proposals)) {
    const [present] = await db.query('SELECT id FROM customers_templates WHERE proposal = ?', [proposal]);
    if (present) continue;
    const { id } = await db.of(Templates).create({ name: null, proposal, created_at: new Date() });
    await db.of(TemplateOptions).bulkCreate(permissions.map((permission) => ({ template_id: id, permission })));
  }
};
