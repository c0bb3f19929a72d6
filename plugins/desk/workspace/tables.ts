import { savedViewTable } from '../../customers/api.js';

/** Views of the workspace that people saved. */
export const DeskViews = savedViewTable('desk_views');
