import type { PluginContext } from '../../../core/api.js';
import { workSheetApi } from './work-sheet-api.js';
import { workSheetPages } from './work-sheet-pages.js';
import { WorkSheetService } from './work-sheet-service.js';

/** Monthly work sheets (CM-02). */
export function addWorkSheets(ctx: PluginContext): void {
  ctx.services.add(WorkSheetService);
  ctx.pages('staff', workSheetPages);
  ctx.api(workSheetApi);
  ctx.menu.add('staff', {
    section: 'work',
    label: 'menu.workSheets',
    href: '/work-sheets',
    icon: 'calendar-check',
    permission: 'desk.work-sheet.manage',
    order: 55,
  });
}
