import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { SETTINGS, guard, stepUp, z, type PageModule } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { CustomerArchives } from './archive-service.js';
import { CustomerErasure } from './erasure-service.js';

const erase = (access: 'delete' | 'export' | 'download') => stepUp(guard('customers.customer.erase', access));

/** Deleting a customer for good, and its archive. */
export const erasurePages: PageModule = (page, resolve) => {
  const [customers, erasure, archives] = [resolve(CustomerService), resolve(CustomerErasure), resolve(CustomerArchives)];

  page.form('/customers/:id/erase', erase('delete'), {
    schema: z.object({ name: z.string().trim().min(1).max(200) }),
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      const counts = await erasure.preview(c.actor, customer.id);
      const archive = await archives.latest(c.actor, customer.id);
      c.view(
        'customers/erase',
        {
          customer,
          form,
          base: `/customers/${customer.id}`,
          days: resolve(SETTINGS).get('customers.erasureDays'),
          counts: counts.map(({ plugin, rows, files }) => ({ name: c.t(plugin === 'core' ? 'erasure.core' : `${plugin}:plugin.name`), rows, files })),
          archive,
          making: archive?.status === 'making',
          ready: archive?.status === 'ready',
          failed: archive?.status === 'failed',
          deleting: customer.status === 'deleting',
        },
        { title: c.t('erasure.title') },
      );
    },
    async submit(c, { name }) {
      const at = await erasure.request(c.actor, c.id(), name);
      c.redirect(`/customers/${c.id()}`, { key: 'customers:toast.erasure', vars: { at: c.fmt.dateTime(at) }, undo: `/customers/${c.id()}/erase/cancel` });
    },
  });

  page.post('/customers/:id/erase/cancel', guard('customers.customer.erase', 'delete'), async (c) => {
    await erasure.cancel(c.actor, c.id());
    c.redirect(`/customers/${c.id()}`, { key: 'customers:toast.erasureCancelled' });
  });

  page.post('/customers/:id/archive', erase('export'), async (c) => {
    await archives.request(c.actor, c.id());
    c.redirect(`/customers/${c.id()}/erase`);
  });

  page.get('/customers/:id/archive/:archive', erase('download'), async (c) => {
    const archive = await archives.open(c.actor, c.id(), c.id('archive'));
    const { size } = await stat(archive.path);
    c.res.set({
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="customer-${c.id()}.zip"`,
      'Content-Length': String(size),
      'Cache-Control': 'no-store',
    });
    await pipeline(createReadStream(archive.path), c.res);
    // Cut off on the way, it can be fetched again.
    await archive.fetched();
  });
};
