import type { PluginContext } from '../../../core/api.js';
import { Filler } from './filler.js';
import { managePages } from './manage-pages.js';
import { TemplateService } from './template-service.js';
import { usePages } from './use-pages.js';

/** Text templates and macros. */
export function addMacros(ctx: PluginContext): void {
  ctx.services.add(Filler, TemplateService);
  for (const pages of [managePages, usePages]) ctx.pages('staff', pages);
}
