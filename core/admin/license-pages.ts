import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Audit } from '../audit/types.js';
import { guard, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { VerifiedLicense } from '../license/format.js';
import { LicenseFileError } from '../license/license-error.js';
import type { LicenseService } from '../license/license-service.js';
import type { LicensePreview } from '../license/preview.js';
import type { Actor } from '../access/types.js';
import type { Translator } from '../views/types.js';
import { sentence, stateBadge } from './license-card.js';
import { moduleName } from './module-cards.js';

export interface LicensePageDeps {
  license: LicenseService;
  audit: Audit;
  translator: Pick<Translator, 'has'>;
}
const path = '/settings/license';
/** Larger than a license may be, so that what is too large is told as such and not as a broken upload. */
const upload = { fields: ['file'], maxFiles: 1, maxBytes: 1_048_576 };
const pasted = z.object({ text: z.string().max(1_048_576).default('') });

/** Load a license file: upload or paste, see what changes and when, bring it into force. */
export function licensePages(deps: LicensePageDeps): PageModule {
  const { license, audit } = deps;
  const write = guard('core.modules.manage', 'write');
  return (page) => {
    page.get(path, guard('core.modules.manage'), (c) => {
      const { module } = c.query(z.object({ module: z.string().max(80).optional() }));
      showForm(c, deps, module);
    });
    page.post(
      path,
      write,
      async (c) => {
        const [file] = c.uploads;
        const text = file ? await readFile(file.path, 'utf8') : c.body(pasted).text;
        await orTell(c, deps, text, () => showPreview(c, deps, text, license.preview(text)));
      },
      upload,
    );
    page.post(`${path}/install`, write, async (c) => {
      const { text } = c.body(pasted);
      await orTell(c, deps, text, async () => {
        const change = await license.install(text, (preview) => recordInstall(audit, c.actor, preview));
        c.redirect('/settings/modules', { key: 'core:license.toast.installed', vars: { name: change.license.payload.licensee.name } });
      });
    });
  };
}

/** The audit entry of a license that comes into force, by whatever way. */
export async function recordInstall(audit: Audit, actor: Actor, { license, before }: LicensePreview, file?: string): Promise<void> {
  await audit.record(actor, {
    action: 'core.license.installed',
    object: { kind: 'core.license', id: license.payload.id, name: license.payload.licensee.name },
    before: before ? facts(before) : {},
    after: { ...facts(license), ...(file !== undefined && { file }) },
  });
}

function facts({ payload, development }: VerifiedLicense): Record<string, unknown> {
  const until = payload.exp === undefined ? null : new Date(payload.exp * 1000).toISOString();
  return {
    id: payload.id,
    revision: payload.rev,
    edition: payload.edition,
    until,
    modules: payload.modules.map((module) => module.id),
    limits: payload.limits,
    development,
  };
}

/** A wrong file is answered with the form again, what was pasted, and the sentence why. */
async function orTell(c: PageContext, deps: LicensePageDeps, text: string, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LicenseFileError)) throw error;
    showForm(c, deps, undefined, text, sentence(c, error.detail));
  }
}

function showForm(c: PageContext, { license, translator }: LicensePageDeps, module?: string, text = '', problem = ''): void {
  const { instanceId, refused } = license.current();
  const shown = text.length > 20_000 || text.includes('\uFFFD') ? '' : text;
  const form: FormState = { values: { text: shown }, errors: problem ? { text: problem } : {}, summary: problem ? [{ field: 'text', text: problem }] : [] };
  c.view(
    'core/license-load',
    {
      form,
      instanceId,
      module: module === undefined ? '' : moduleName(c, translator, module),
      refused: refused.map(({ file, error }) => ({ file, reason: sentence(c, error.detail) })),
    },
    { title: c.t('core:license.load'), ...(problem && { status: 422 }) },
  );
}

function showPreview(c: PageContext, { translator }: LicensePageDeps, text: string, preview: LicensePreview): void {
  const { payload, development } = preview.license;
  const bad = new Set(['lost', 'shorter']);
  const limitText = (limit: number | null): string => (limit === null ? c.t('core:license.unlimited') : c.fmt.number(limit));
  const data = {
    text,
    development,
    facts: [
      { label: c.t('core:license.fact.licensee'), value: payload.licensee.name },
      { label: c.t('core:license.fact.id'), value: `${payload.id} · ${c.t('core:license.fact.revision', { rev: payload.rev })}` },
      { label: c.t('core:license.fact.edition'), value: payload.edition },
      { label: c.t('core:license.fact.issued'), value: c.fmt.date(new Date(payload.iat * 1000)) },
      { label: c.t('core:license.validUntil'), value: payload.exp === undefined ? c.t('core:license.forever') : c.fmt.date(new Date(payload.exp * 1000)) },
    ],
    modules: preview.modules.map(({ feature, before, after, effect, at }) => ({
      name: moduleName(c, translator, feature),
      before: { ...stateBadge(c, before.state), until: before.until },
      after: { ...stateBadge(c, after.state), until: after.until },
      tone: bad.has(effect) ? 'warn' : effect === 'same' || effect === 'absent' ? 'muted' : 'ok',
      effect: c.t(`core:license.effect.${effect}`),
      at: effect === 'same' || effect === 'absent' ? null : at,
      later: effect === 'later',
    })),
    limits: preview.limits
      .filter(({ before, after }) => before !== after)
      .map(({ kind, before, after }) => ({ label: c.t(`core:license.seats.${kind}`), before: limitText(before), after: limitText(after) })),
    loses: preview.modules.some(({ effect }) => bad.has(effect)),
  };
  c.view('core/license-preview', data, { title: c.t('core:license.preview.title') });
}
