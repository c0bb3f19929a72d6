import { signedIn, type PageModule } from '../http/types.js';
import type { PermissionId } from '../plugin/manifest.js';

/** What a new installation still needs, told by the parts that know. */
export interface FirstStep {
  text: string;
  href: string;
  permission: PermissionId;
  done(): Promise<boolean> | boolean;
}

/** The start page of the staff site: first steps for administrators, then what plugins put there. */
export function homePages(deps: { steps: readonly FirstStep[] }): PageModule {
  return (page) => {
    page.get('/', signedIn(), async (c) => {
      const mine = deps.steps.filter((step) => c.may(step.permission));
      const steps = await Promise.all(mine.map(async (step) => ({ text: c.t(step.text), href: step.href, done: await step.done() })));
      const name = c.actor.account?.name.split(' ')[0] ?? '';
      c.view('core/home', { name, steps: steps.some((s) => !s.done) ? steps : [] }, { title: c.t('core:home.title') });
    });
  };
}
