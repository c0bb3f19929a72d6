import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { projectRoot } from '../../../core/paths.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { valuesOf } from '../../support/client.js';

describe('the logo of the company', () => {
  let test: TestApp;
  before(async () => {
    test = await createTestApp();
  });
  after(() => test.close());

  it('PL-05 PL-06 is uploaded in the settings and stands on both sites at once, also for those who are not signed in', async () => {
    const staff = await test.client('staff', await test.make.staff('administrator'));
    const before = /<form[^>]*data-save-bar[\s\S]*?<\/form>/.exec((await staff.get('/settings/core')).text)?.[0] ?? '';
    const wrong = await staff.upload('/settings/core', valuesOf(before), [
      { field: 'core.logo', name: 'logo.svg', content: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    ]);
    expect(wrong.status).to.equal(422);
    const page = await staff.get('/settings/core');
    const form = /<form[^>]*data-save-bar[\s\S]*?<\/form>/.exec(page.text)?.[0] ?? '';
    const picture = join(projectRoot, 'test/screenshots/portal.png');
    const saved = await staff.upload('/settings/core', valuesOf(form), [{ field: 'core.logo', path: picture }]);
    expect(saved.status, saved.text.slice(0, 300)).to.equal(303);
    for (const site of ['staff', 'portal'] as const) {
      const anybody = await test.client(site);
      const address = /<img class="brand-logo" src="([^"]+)"/.exec((await anybody.get('/sign-in')).text)?.[1] ?? (await anybody.get('/forgot')).text;
      expect(address, site).to.match(/^\/brand\/logo\?v&#x3D;/);
      const answer = await anybody.get(address.replace('&#x3D;', '='));
      expect(answer.headers.get('content-type')).to.equal('image/png');
      expect(Number(answer.headers.get('content-length')))
        .to.be.greaterThan(1000)
        .and.at.most(readFileSync(picture).length * 2);
    }
  });
});
