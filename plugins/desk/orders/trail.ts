import type { OrderStatus, RequestStatus } from '../types.js';

/** One step of the trail that a customer follows; `label` is a translation key. */
export interface TrailStep {
  label: string;
  state: 'done' | 'current' | 'todo';
}
const labels = ['desk:trail.reported', 'desk:trail.planned', 'desk:trail.on-site', 'desk:trail.done'];
/** The step that is under way; 4 = all are behind. */
const steps: Record<OrderStatus | RequestStatus, number> = {
  new: 0,
  accepted: 0,
  waiting: 0,
  planned: 1,
  'on-the-way': 1,
  'on-site': 2,
  done: 4,
  invoiced: 4,
  solved: 4,
  closed: 4,
  rejected: -1,
  cancelled: -1,
};

/** Reported, planned, on site, done: in the customer's words. Empty when the matter was rejected or cancelled. */
export function trailOf(matter: { status: OrderStatus | RequestStatus }): TrailStep[] {
  const current = steps[matter.status];
  if (current < 0) return [];
  return labels.map((label, index) => ({ label, state: index < current ? 'done' : index === current ? 'current' : 'todo' }));
}
