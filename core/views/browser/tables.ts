import { onContent } from './dom.js';

/** On phones rows become cards: each cell then needs the name of its column, and the roles that CSS takes away. */
export function startTables(): void {
  onContent((root) => {
    for (const table of root.querySelectorAll<HTMLTableElement>('table.data-table')) {
      const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => (cell.querySelector('.visually-hidden') ? '' : (cell.textContent?.trim() ?? '')));
      table.setAttribute('role', 'table');
      for (const row of table.rows) {
        row.setAttribute('role', 'row');
        [...row.cells].forEach((cell, at) => {
          cell.setAttribute('role', cell.tagName === 'TH' ? (cell.scope === 'row' ? 'rowheader' : 'columnheader') : 'cell');
          if (cell.tagName === 'TD' && names[at]) cell.dataset['label'] ??= names[at];
          if (!cell.textContent?.trim() && !cell.querySelector('img, svg, input')) cell.dataset['empty'] = '';
        });
      }
      for (const part of [table.tHead, ...table.tBodies]) part?.setAttribute('role', 'rowgroup');
    }
  });
}
