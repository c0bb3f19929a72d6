import { staffHolding } from '../accounts/holders.js';
import type { AccountService } from '../accounts/types.js';
import type { Access } from '../access/types.js';
import type { LicenseService } from '../license/license-service.js';
import { DAY } from '../license/states.js';
import type { Notifications } from '../notifications/types.js';
import type { Urls } from '../tokens.js';
import { daysLeft } from './license-card.js';

/** Days before the end at which administrators get a mail. */
const steps = [30, 14, 7, 1];

export interface LicenseMailDeps {
  license: Pick<LicenseService, 'current'>;
  accounts: Pick<AccountService, 'listStaff'>;
  access: Pick<Access, 'can'>;
  notifications: Notifications;
  urls: Urls;
  clock: { now(): Date };
}

/** Tells administrators that the license ends. Run it a few times a day: each step is sent once per license and person. */
export async function remindOfLicense({ license, accounts, access, notifications, urls, clock }: LicenseMailDeps): Promise<void> {
  const { license: inForce } = license.current();
  if (inForce?.payload.exp === undefined) return;
  const { id, rev, exp } = inForce.payload;
  const now = clock.now();
  const end = new Date(exp * 1000);
  const step = steps.findLast((days) => end.getTime() - now.getTime() <= days * DAY);
  if (step === undefined || end <= now) return;
  for (const account of await staffHolding({ accounts, access }, 'core.modules.manage')) {
    await notifications.send({
      template: 'core.license-expiring',
      to: { accountId: account.id },
      channels: ['email', 'inbox'],
      data: { id, count: daysLeft(end, now), name: account.name },
      link: urls.to('staff', '/settings/modules'),
      key: `license-expiring:${id}:${rev}:${step}:${account.id}`,
    });
  }
}
