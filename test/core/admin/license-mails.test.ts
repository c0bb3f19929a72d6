import { expect } from 'chai';
import type { Account } from '../../../core/accounts/types.js';
import { remindOfLicense } from '../../../core/admin/license-mails.js';
import type { LicenseOverview } from '../../../core/license/license-service.js';
import type { Notification } from '../../../core/notifications/types.js';
import { licensePayload } from '../../support/licenses.js';

const start = new Date('2026-01-01T00:00:00Z');
const DAY = 86_400_000;

describe('mails about the end of the license', () => {
  const person = (id: number, status: Account['status'] = 'active'): Account => ({
    id,
    kind: 'staff',
    name: `P${id}`,
    email: `p${id}@example.com`,
    language: 'en',
    timeZone: 'UTC',
    userName: `p${id}`,
    mobile: null,
    status,
    lastSignInAt: null,
  });
  const payload = licensePayload(start);
  const end = new Date((payload.exp ?? 0) * 1000);
  const overview = { license: { text: '', kid: '', payload, development: false, keyRevoked: false } } as Partial<LicenseOverview> as LicenseOverview;

  async function sentAt(now: Date): Promise<Notification[]> {
    const sent: Notification[] = [];
    await remindOfLicense({
      license: { current: () => overview },
      accounts: { listStaff: () => Promise.resolve([person(1), person(2), person(3, 'disabled')]) },
      access: { can: (actor) => Promise.resolve(actor.account?.id !== 2) },
      notifications: { send: (notification) => Promise.resolve(void sent.push(notification)) },
      urls: { to: (site, path) => `https://${site}${path}` },
      clock: { now: () => now },
    });
    return sent;
  }

  it('are sent 30, 14, 7 and 1 days before, each once, to administrators only', async () => {
    const keys = new Set<string>();
    const days: number[] = [];
    for (let day = 40; day >= -2; day -= 0.5) {
      for (const { key = '', to } of await sentAt(new Date(end.getTime() - day * DAY))) {
        expect(to).to.deep.equal({ accountId: 1 });
        if (!keys.has(key)) days.push(day);
        keys.add(key);
      }
    }
    expect(days).to.deep.equal([30, 14, 7, 1]);
  });
});
