import type { PluginContext } from '../../core/api.js';

/** What the portal adds to the menus of both sites; an entry is there only for those who may open its page. */
export function addMenu(ctx: PluginContext): void {
  ctx.menu.add('staff', {
    label: 'plugin.name',
    href: '/settings/portal',
    icon: 'globe',
    permission: 'core.settings.manage',
    section: 'settings',
    order: 25,
  });
  ctx.menu.add('portal', { label: 'menu.home', href: '/', icon: 'house', order: 10 });
  ctx.menu.add('portal', { label: 'menu.orders', href: '/orders', icon: 'clipboard-list', order: 20 });
  ctx.menu.add('portal', { label: 'menu.report', href: '/report', icon: 'circle-plus', permission: 'desk.request.create', order: 30 });
  ctx.menu.add('portal', { label: 'menu.places', href: '/installations', icon: 'map-pin', permission: 'customers.installation.read', order: 40 });
  ctx.menu.add('portal', { label: 'menu.devices', href: '/devices', icon: 'monitor', permission: 'customers.device.read', order: 42 });
  ctx.menu.add('portal', { label: 'menu.projects', href: '/projects', icon: 'folder-kanban', permission: 'customers.project.read', order: 44 });
  ctx.menu.add('portal', { label: 'menu.solve', href: '/solve', icon: 'user-check', permission: 'desk.request.solve', order: 25 });
  ctx.menu.add('portal', { label: 'menu.quotations', href: '/quotations', icon: 'file-text', permission: 'desk.quotation.read', order: 46 });
  ctx.menu.add('portal', { label: 'menu.evaluation', href: '/evaluation', icon: 'chart-column', permission: 'desk.evaluation.read', order: 50 });
  ctx.menu.add('portal', { label: 'menu.workSheets', href: '/work-sheets', icon: 'receipt', permission: 'desk.work-sheet.read', order: 60 });
  ctx.menu.add('portal', { label: 'menu.team', href: '/team', icon: 'users', permission: 'customers.team.manage', order: 70 });
}
