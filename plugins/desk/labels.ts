import type { QuotationStatus } from './quotations/tables.js';
import type { OrderStatus, RequestStatus } from './types.js';

type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'brand' | 'muted';
interface Look {
  tone: Tone;
  icon: string;
}

/** How each status of an order looks in a badge. */
export const orderLooks: Readonly<Record<OrderStatus, Look>> = {
  planned: { tone: 'info', icon: 'calendar-check' },
  'on-the-way': { tone: 'brand', icon: 'truck' },
  'on-site': { tone: 'brand', icon: 'wrench' },
  done: { tone: 'ok', icon: 'circle-check' },
  invoiced: { tone: 'muted', icon: 'receipt' },
  rejected: { tone: 'bad', icon: 'ban' },
  cancelled: { tone: 'muted', icon: 'circle-x' },
};
/** How each status of a request looks in a badge. */
export const requestLooks: Readonly<Record<RequestStatus, Look>> = {
  new: { tone: 'info', icon: 'inbox' },
  accepted: { tone: 'brand', icon: 'circle-dot' },
  waiting: { tone: 'warn', icon: 'message-circle-question-mark' },
  planned: { tone: 'brand', icon: 'calendar-check' },
  solved: { tone: 'ok', icon: 'circle-check' },
  closed: { tone: 'muted', icon: 'circle-check' },
  rejected: { tone: 'bad', icon: 'ban' },
};
/** How pressing a report is, by its urgency 1 to 3. */
export const urgencyLooks: Readonly<Record<number, Look>> = {
  1: { tone: 'muted', icon: 'clock' },
  2: { tone: 'info', icon: 'clock' },
  3: { tone: 'bad', icon: 'triangle-alert' },
};
/** How each status of a quotation looks in a badge. */
export const quotationLooks: Readonly<Record<QuotationStatus, Look>> = {
  draft: { tone: 'muted', icon: 'pencil' },
  sent: { tone: 'info', icon: 'send' },
  accepted: { tone: 'ok', icon: 'circle-check' },
  refused: { tone: 'bad', icon: 'circle-x' },
  withdrawn: { tone: 'muted', icon: 'undo-2' },
  expired: { tone: 'warn', icon: 'clock' },
};
