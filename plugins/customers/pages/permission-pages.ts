import { guard, z, type PageModule } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister } from '../accesses/access-register.js';
import { DeviceService } from '../register/device-service.js';
import { id, many } from '../inputs.js';
import { accessHead, ownAccess } from './access-head.js';
import { endOfDay, labelOf, lastDay } from './option-groups.js';
import { confirmed, preview } from './preview.js';

const query = z.object({ q: z.string().max(200).default(''), after: z.string().max(400).optional() });
/** Each tick is `<device> <permission>`; `shown` are the devices that the page listed. */
const input = z.object({ grants: many(z.string().regex(/^\d{1,10} [\w.-]{1,100}$/)), shown: many(id), until: z.string().max(20).default('') });

/** The tab "Permissions": which activity on which device, beyond what the options give (CM-10). */
export const permissionPages: PageModule = (page, resolve) => {
  const register = resolve(AccessRegister);
  const options = resolve(AccessOptions);

  page.form('/customers/:id/accesses/:access/permissions', guard('customers.access.manage', 'write'), {
    schema: input,
    async show(c, form) {
      const access = await ownAccess(c, register);
      const head = await accessHead(c, resolve, access, 'permissions');
      const { q, after } = c.query(query);
      const { rows, next } = await resolve(DeviceService).list(c.actor, { customerId: access.customerId, q, after, active: true });
      const activities = options.ofDevices();
      const self = (cursor?: string) => `${head.base}/permissions?${new URLSearchParams({ q, ...(cursor ? { after: cursor } : {}) }).toString()}`;
      c.view(
        'customers/access-permissions',
        {
          ...head,
          form,
          q,
          self: self(after),
          activities: activities.map((one) => ({ id: one.id, label: c.t(labelOf(one.id)), help: c.t(`${labelOf(one.id)}.help`) })),
          rows: rows.map((device) => {
            const covered = access.allInstallations || access.installationIds.includes(device.installation_id);
            return {
              ...device,
              cells: activities.map(({ id: permission }) => {
                const grant = access.grants.find((one) => one.deviceId === device.id && one.permission === permission);
                return {
                  value: `${device.id} ${permission}`,
                  label: c.t('preview.device', { activity: c.t(labelOf(permission)), name: device.name }),
                  column: c.t(labelOf(permission)),
                  checked: grant !== undefined,
                  until: lastDay(c, grant?.expiresAt),
                  // Nothing to tick: an option gives it already.
                  given: grant === undefined && covered && access.options.includes(permission),
                };
              }),
            };
          }),
          next: next && self(next),
          first: after ? self() : null,
        },
        { title: head.title },
      );
    },
    async submit(c, { grants, shown, until }) {
      const access = await ownAccess(c, register);
      const end = endOfDay(c, until, 'until');
      const path = `/customers/${c.id()}/accesses/${access.id}/permissions`;
      const known = options.ofDevices().map((one) => String(one.id));
      const ticked = grants
        .map((text) => ({ deviceId: Number(text.split(' ')[0]), permission: text.split(' ')[1] ?? '' }))
        .filter((one) => known.includes(one.permission));
      const kept = access.grants.filter((one) => !shown.includes(one.deviceId));
      const now = ticked.map((one) => {
        const old = access.grants.find((grant) => grant.deviceId === one.deviceId && grant.permission === one.permission);
        return old ?? { ...one, expiresAt: end };
      });
      const change = { grants: [...kept, ...now] };
      if (!confirmed(c) && (await preview(c, resolve, access, change, path))) return;
      const differs = await register.setRights(c.actor, access.id, change);
      c.redirect(path, { key: differs ? 'customers:toast.accessSaved' : 'customers:toast.nothingChanged', vars: { name: access.account.name } });
    },
  });
};
