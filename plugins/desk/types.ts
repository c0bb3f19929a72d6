import type { FileInfo } from '../../core/api.js';

/** States of a request, in the order of its life. Labels: `desk:request.status.<state>`. */
export const requestStatuses = ['new', 'accepted', 'waiting', 'planned', 'solved', 'closed', 'rejected'] as const;
/** State of a fault report. */
export type RequestStatus = (typeof requestStatuses)[number];
/** States of an order. Labels: `desk:order.status.<state>`. */
export const orderStatuses = ['planned', 'on-the-way', 'on-site', 'done', 'invoiced', 'rejected', 'cancelled'] as const;
/** State of an order; `transitions` of `order-service.ts` says which may follow. */
export type OrderStatus = (typeof orderStatuses)[number];
/** Orders that still need work. */
export const openStatuses = ['planned', 'on-the-way', 'on-site'] as const satisfies readonly OrderStatus[];
/** Kinds of requests. */
export const requestTypes = ['fault', 'question', 'supplies', 'internal'] as const;
/** Kind of a request. */
export type RequestType = (typeof requestTypes)[number];
/** Requests that somebody still has to do something about. */
export const openRequestStatuses = ['new', 'accepted', 'waiting', 'planned'] as const satisfies readonly RequestStatus[];
/** Ways by which a request or a message came in. Labels: `desk:origin.<origin>`. */
export const origins = ['portal', 'mail', 'staff', 'api', 'device'] as const;
/** Way by which a request or a message came in. */
export type Origin = (typeof origins)[number];
/** Stands for "no time": sorts behind all others. */
export const never = new Date('9999-12-31T00:00:00.000Z');
/** What a person may attach to a fault report. */
export const photoRule = { fields: ['photos'], maxFiles: 6, maxBytes: 15 * 1024 * 1024 };

/** A request as stored. Times in UTC; `urgency` 1 (can wait) to 3 (work stopped). */
export interface RequestRow {
  id: number;
  /** Shown to people, such as 4812. */
  number: number;
  type: RequestType;
  customer_id: number;
  installation_id: number | null;
  reporter_account_id: number | null;
  subject: string;
  text: string;
  /** 1 can wait, 2 normal, 3 urgent. */
  urgency: number;
  /** 1 is the most pressing, 4 the least. */
  priority: number;
  /** How much depends on it, a scale of its own: 1 the most, 4 the least. */
  importance: number;
  status: RequestStatus;
  /** 1 while the status is one of `openRequestStatuses`, else 0. */
  open: number;
  /** The way it came in. */
  origin: Origin;
  /** The next moment by which somebody has to act; `never` when there is none. */
  due_at: Date;
  /** The request that this one was merged into. */
  merged_into: number | null;
  /** Counts the changes: who changes an older version is told so. */
  version: number;
  /** Last change or message. */
  updated_at: Date;
  reject_reason: string | null;
  order_id: number | null;
  /** Who to call on site. */
  contact: string | null;
  device_id: number | null;
  project_id: number | null;
  /** Name of the computer it was reported from. */
  computer: string | null;
  /** Login name it was reported under, such as `DOMAIN\\anna`. */
  login: string | null;
  /** Both folded, for the filter by creator. */
  computer_key: string | null;
  login_key: string | null;
  /** Account that is to solve it: staff, or a customer's account with that option (CM-04). */
  solver_id: number | null;
  created_at: Date;
}
/** A request in a list, with the names that lists show. */
export interface RequestListRow extends RequestRow {
  customer_name: string;
  installation_name: string | null;
  installation_city: string | null;
  device_name: string | null;
  reporter_name: string | null;
  solver_name: string | null;
  /** Is there something newer than what the actor has read? */
  unread: boolean;
  /** As they were typed; none for customers. */
  tags: string[];
  /** Beginning of the last public message, or of the report. */
  last_text: string;
}
/** Another request, as far as a list of them needs it. */
export interface RequestRef {
  id: number;
  number: number;
  subject: string;
  status: RequestStatus;
}
/** A request as its page shows it. Customers get no events, watchers and links. */
export interface RequestView extends RequestListRow {
  project_name: string | null;
  photos: FileInfo[];
  /** Those of requests that were merged into this one stand among them. */
  messages: MessageView[];
  events: RequestEventView[];
  watchers: { id: number; name: string; kind: 'staff' | 'customer' }[];
  links: RequestRef[];
  /** Requests that were merged into this one, with what they reported. */
  merged: (RequestRef & { text: string; reporter_name: string | null; created_at: Date; photos: FileInfo[] })[];
  /** The request that this one was merged into, while the actor may see it. */
  target: RequestRef | null;
  /** Its order, while the actor may see it. */
  order: { id: number; number: string; status: OrderStatus } | null;
}
/** One line of a request's timeline; `data` as its kind needs it, such as `{ before, after }`. */
export interface RequestEventView {
  id: number;
  kind: string;
  actor_name: string | null;
  at: Date;
  data: Record<string, unknown>;
}

/** An order as stored. Times in UTC. */
export interface OrderRow {
  id: number;
  /** Shown to people, such as SO-20418. */
  number: string;
  request_id: number | null;
  customer_id: number;
  installation_id: number | null;
  project_id: number | null;
  device_id: number | null;
  title: string;
  status: OrderStatus;
  planned_start: Date | null;
  planned_end: Date | null;
  technician_id: number | null;
  performed_work: string | null;
  created_by: number | null;
  created_at: Date;
  /** When the status was reached. */
  status_at: Date;
  /** Planned start, or the far future: the order of the plan. */
  sort_at: Date;
  /** Sum of its rows at sales prices less discount, without VAT, in minor units. MariaDB gives such sums as text: `Number()` them. */
  value: number;
  /** The same at purchase prices. */
  purchase_value: number;
  /** The hand-over to the economic system that holds it. */
  export_id: number | null;
}
/** An order in a list, with the names that lists show. */
export interface OrderListRow {
  id: number;
  number: string;
  title: string;
  status: OrderStatus;
  customer_id: number;
  customer_name: string;
  installation_id: number | null;
  installation_name: string | null;
  installation_city: string | null;
  project_id: number | null;
  device_id: number | null;
  technician_id: number | null;
  technician_name: string | null;
  planned_start: Date | null;
  planned_end: Date | null;
  created_at: Date;
  status_at: Date;
  /** Planned start, or the far future. */
  sort_at: Date;
}
/** An order with everything its page shows. `performed_work` is absent for those who may not see it (KO-06). */
export interface OrderView extends OrderListRow {
  request_id: number | null;
  device_name: string | null;
  project_name: string | null;
  performed_work?: string | null;
  /** Who works on it beside its technician. */
  helpers: { id: number; name: string | null }[];
  export_id: number | null;
  request: {
    id: number;
    number: number;
    subject: string;
    text: string;
    urgency: number;
    contact: string | null;
    reporter_name: string | null;
    created_at: Date;
  } | null;
  installation_address: string | null;
  events: OrderEventView[];
  /** Photos of the fault report. */
  photos: FileInfo[];
  messages: MessageView[];
}
/** What a line of the timeline tells. */
export type OrderEventKind = 'created' | 'status' | 'undone' | 'planned' | 'work' | 'matter' | 'signed';
/** One line of an order's timeline. */
export interface OrderEventView {
  id: number;
  kind: OrderEventKind;
  from_status: OrderStatus | null;
  to_status: OrderStatus | null;
  actor_name: string | null;
  at: Date;
}
/** One message on a request or an order, as the reader may see it. */
export interface MessageView {
  id: number;
  /** The request or order that it was written on: another one after a merge. */
  owner_id: number;
  visibility: 'public' | 'internal';
  origin: Origin;
  /** Until then it has not left the house and can be taken back; null once it has. */
  held_until: Date | null;
  author_id: number | null;
  author_name: string | null;
  /** Does the author belong to the service company? */
  staff: boolean;
  /** As it was written, with Markdown: views show it by `{{rich text names=mentions}}`. */
  text: string;
  files: FileInfo[];
  /** How staff are named in it, behind an @. */
  mentions: string[];
  at: Date;
}

/** Which orders a list shows; absent fields do not narrow. */
export interface OrderFilter {
  /** One status, or all open ones. */
  status?: OrderStatus | 'open';
  technicianId?: number;
  customerId?: number;
  installationId?: number;
  deviceId?: number;
  projectId?: number;
  /** Words of number, title, customer, installation and city, from their beginning. */
  q?: string;
  /** Planned to start in this span. */
  from?: Date;
  to?: Date;
  /** `newest` first, or by planned start. */
  sort?: 'newest' | 'planned';
  /** Cursor of the page before. */
  after?: string;
  limit?: number;
}
/** Which requests a list shows; absent fields do not narrow. */
export interface RequestFilter {
  /** Somebody still has to do something about it, or not. */
  open?: boolean;
  status?: RequestStatus;
  type?: RequestType;
  /** 1 the most pressing to 4. */
  priority?: number;
  importance?: number;
  /** Only those without an order that wait for staff; with the type `fault` the list "Fault reports". */
  unhandled?: boolean;
  /** Only those that this account is to solve, or nobody yet. */
  solverId?: number | 'none';
  watcherId?: number;
  /** Only those in which this account was named. */
  mentionedId?: number;
  /** With `mentionedId`: only where it has not looked yet. */
  unseen?: boolean;
  /** Only those that this account has had open. */
  openedBy?: number;
  tag?: string;
  customerId?: number;
  installationId?: number;
  deviceId?: number;
  projectId?: number;
  origin?: Origin;
  /** Somebody has to act before this moment. */
  dueBefore?: Date;
  /** The same by the time it is: the setting *Due soon* says how long before, or the time has run out. */
  due?: 'soon' | 'overdue' | undefined;
  /** As people name it. */
  number?: number;
  /** Words of number, subject, customer, place and device, from their beginning. */
  q?: string;
  /** `newest` first, those due next, or those changed last. */
  sort?: 'newest' | 'due' | 'updated';
  /** Cursor of the page before; of the same sort. */
  after?: string;
  /** At most 200, 25 if absent. */
  limit?: number;
}
/** One page of a list; `next` is the cursor of the following one, null at the end. */
export interface Page<Row> {
  rows: Row[];
  next: string | null;
}
