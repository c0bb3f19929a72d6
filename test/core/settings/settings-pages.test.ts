import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

const canary = 'smtp://user:canary-page-91c2@mail.example.com:587';

const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&', '&quot;': '"', '&#x27;': "'", '&#x3D;': '=', '&#x60;': '`' };
const unescape = (text: string): string => text.replaceAll(/&(?:lt|gt|amp|quot|#x27|#x3D|#x60);/g, (entity) => entities[entity] ?? entity);

/** The values of a settings page as a browser would send them. */
function formOf(html: string): Record<string, string | string[]> {
  const form = html.slice(html.indexOf('id="settings-form"'), html.indexOf('id="settings-reset"'));
  const values: Record<string, string | string[]> = {};
  const add = (name: string, value: string): void => {
    const known = values[name];
    values[name] = known === undefined ? unescape(value) : [...[known].flat(), unescape(value)];
  };
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string): string | undefined => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
    const name = attribute('name');
    if (!name || attribute('type') === 'file' || (attribute('type') === 'checkbox' && !/ checked/.test(tag))) continue;
    add(name, attribute('value') ?? '');
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select[^>]* name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g))
    add(name, /value="([^"]*)" selected/.exec(options)?.[1] ?? '');
  for (const [, name = '', text = ''] of form.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</g)) add(name, text);
  return values;
}

describe('The settings pages', function () {
  this.timeout(30_000);
  let portico: TestApp;
  let astrid: Client;
  let other: Client;
  const path = '/settings/core';
  const open = async (client: Client): Promise<Record<string, string | string[]>> => formOf((await client.get(path)).text);

  before(async () => {
    portico = await createTestApp();
    astrid = await portico.client('staff', await portico.make.staff('administrator', 'Astrid'));
    other = await portico.client('staff', await portico.make.staff('administrator', 'Bertil'));
  });
  after(() => portico.close());

  it('show every declared setting with its label, help and default', async () => {
    const page = await astrid.get(path);
    expect(page.status).to.equal(200);
    for (const text of ['Company name', 'Stands in the header of all pages', 'Default: 60 minutes', 'Sign-in and security', 'Default: Europe/Stockholm'])
      expect(page.text).to.contain(text);
    for (const state of portico.app.settings.states('core')) expect(page.text, state.key).to.contain(`id="row-${state.key}"`);
    expect(page.text).not.to.match(/setting\.\w+|settings\.\w+\.\w+</);
  });

  it('save what changed, in force at once, and offer to undo it', async () => {
    const answer = await astrid.post(path, { ...(await open(astrid)), 'core.companyName': 'Åkes <El> & "Co"' });
    expect(answer).to.include({ status: 303, location: path });
    const page = await astrid.get(path);
    expect(page.text).to.contain('1 setting saved.').and.contain('Åkes &lt;El&gt; &amp; &quot;Co&quot;').and.contain('Changed from the default');
    expect(page.text).to.match(/\/settings\/core\/history\/\d+\/revert/);
    expect(portico.app.settings.get('core.companyName')).to.equal('Åkes <El> & "Co"');
  });

  it('keep what was typed and say per field what is wrong', async () => {
    const answer = await astrid.post(path, {
      ...(await open(astrid)),
      'core.staffTimeout': '9999',
      'core.companyEmail': 'no address',
      'core.companyPhone': '+46 70 123',
    });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.contain('value="9999"').and.contain('value="no address"').and.contain('value="+46 70 123"');
    expect(answer.text).to.contain('Enter a whole number of minutes from 1 to 1440.').and.contain('Enter an e-mail address');
    expect(answer.text).to.contain('href="#f-core.staffTimeout"').and.contain('id="f-core.staffTimeout"');
    expect(portico.app.settings.get('core.companyPhone')).to.equal('');
  });

  for (const [what, values] of Object.entries({
    'arrays instead of text': { 'core.companyName': ['a', 'b'] },
    'a choice that does not exist': { 'core.language': 'xx' },
    'a huge text': { 'core.companyName': 'x'.repeat(30_000) },
    'a prototype as a field': { 'core.theme': '__proto__', constructor: 'x' },
  })) {
    it(`refuse ${what} without a fault`, async () => {
      const answer = await astrid.post(path, { ...(await open(astrid)), ...values });
      expect(answer.status).to.be.oneOf([422, 400, 413]);
    });
  }

  it('never send a secret back, in no page', async () => {
    await astrid.post(path, { ...(await open(astrid)), 'core.mailServer': canary });
    expect(portico.app.settings.get('core.mailServer')).to.equal(canary);
    for (const page of [path, `${path}/history`, '/settings?q=mail', '/settings/health', '/settings/audit'])
      expect((await astrid.get(page)).text, page).not.to.contain('canary-page');
    expect((await astrid.get(path)).text).to.contain('Leave the field empty to keep the saved value.');
    await astrid.post(path, await open(astrid));
    expect(portico.app.settings.get('core.mailServer')).to.equal(canary);
    await astrid.post(path, { ...(await open(astrid)), 'clear:core.mailServer': 'on' });
    expect(portico.app.settings.get('core.mailServer')).to.equal('');
  });

  it('do not take back what somebody else saved meanwhile in another field', async () => {
    const mine = await open(astrid);
    await other.post(path, { ...(await open(other)), 'core.companyPhone': '040-1' });
    expect((await astrid.post(path, { ...mine, 'core.invitationDays': '5' })).status).to.equal(303);
    expect(portico.app.settings.get('core.companyPhone')).to.equal('040-1');
    expect(portico.app.settings.get('core.invitationDays')).to.equal(5);
  });

  it('show both values when two people change one field, and the second save decides', async () => {
    const mine = await open(astrid);
    await other.post(path, { ...(await open(other)), 'core.staffTimeout': '20', 'core.companyPhone': '040-2' });
    const answer = await astrid.post(path, { ...mine, 'core.staffTimeout': '30' });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.contain('Bertil changed this to “20 minutes”').and.contain('value="30"').and.contain('value="040-2"');
    expect(portico.app.settings.get('core.staffTimeout')).to.equal(20);
    expect((await astrid.post(path, formOf(answer.text))).status).to.equal(303);
    expect(portico.app.settings.get('core.staffTimeout')).to.equal(30);
    expect(portico.app.settings.get('core.companyPhone')).to.equal('040-2');
  });

  it('list every change with who and when, and take one back', async () => {
    const page = await astrid.get(`${path}/history`);
    expect(page.text).to.contain('Bertil').and.contain('30 minutes').and.contain('20 minutes');
    const [, action = ''] = /action="(\/settings\/core\/history\/\d+\/revert)"/.exec(page.text) ?? [];
    await astrid.post(action);
    expect(portico.app.settings.get('core.staffTimeout')).to.equal(20);
  });

  it('put a field back to its default', async () => {
    await astrid.get(path);
    expect((await astrid.post(`${path}/reset`, { key: 'core.staffTimeout' })).status).to.equal(303);
    expect(portico.app.settings.get('core.staffTimeout')).to.equal(60);
    expect((await astrid.post(`${path}/reset`, { key: 'core.none' })).status).to.equal(404);
  });

  it('find settings by words of their label and help, without accents', async () => {
    expect((await astrid.get('/settings')).location).to.equal('/settings/core');
    const found = (await astrid.get('/settings?q=zone%20T%C3%8Fme')).text;
    expect(found).to.contain('/settings/core#row-core.timeZone').and.not.contain('row-core.companyPhone');
    expect((await astrid.get('/settings?q=%3Cb%3Exyz')).text).to.contain('No setting fits “&lt;b&gt;xyz”');
  });

  it('refuse a time zone that does not exist', async () => {
    const answer = await astrid.post(path, { ...(await open(astrid)), 'core.timeZone': 'Mars/Base' });
    expect(answer.text).to.contain('“Mars/Base” is not a time zone');
  });

  it('are closed to agents and to strangers, and unknown topics do not exist', async () => {
    const agent = await portico.client('staff', await portico.make.staff('agent'));
    for (const page of [path, `${path}/history`, '/settings?q=x', '/settings/health', '/settings/about'])
      expect((await agent.get(page)).status, page).to.equal(403);
    expect((await (await portico.client('staff')).get(path)).status).to.be.oneOf([302, 303]);
    expect((await astrid.get('/settings/nothing')).status).to.equal(404);
  });

  for (const language of ['sv', 'de', 'nl', 'sk']) {
    it(`have no English leftovers or keys in ${language}`, async () => {
      astrid.cookies.set('portico-language', language);
      await portico.app.accounts.setLanguage(await actorOf(), language);
      const texts = await Promise.all(
        [path, `${path}/history`, '/settings?q=e', '/settings/health', '/settings/about'].map(async (page) => (await astrid.get(page)).text),
      );
      for (const text of texts) expect(text).not.to.match(/>\s*(settings|health|about|state)\.[a-z]/);
      expect(texts[0]).not.to.contain('Company name');
    });
  }
  async function actorOf(): Promise<Parameters<TestApp['app']['accounts']['setLanguage']>[0]> {
    const account = await portico.app.accounts.findByEmail('staff', 'astrid@staff.test');
    if (!account) throw new Error('no account');
    return { kind: 'staff', account, onBehalfOf: null, sessionId: null, channel: 'page', ip: null };
  }
});
