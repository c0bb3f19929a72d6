import type { RequestRow, RequestStatus } from '../types.js';

/** Where a request can go from each status. What its order does to it is the order's own matter. */
export const requestSteps: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  new: ['accepted', 'waiting', 'planned', 'solved', 'closed', 'rejected'],
  accepted: ['new', 'waiting', 'planned', 'solved', 'closed', 'rejected'],
  waiting: ['new', 'accepted', 'planned', 'solved', 'closed', 'rejected'],
  planned: ['accepted', 'waiting', 'solved', 'closed'],
  solved: ['new', 'accepted', 'closed'],
  closed: ['new', 'accepted'],
  rejected: ['new', 'accepted'],
};
/** What an answer of the customer makes of a request that waits for it or was thought to be done. */
export const answered: Readonly<Partial<Record<RequestStatus, RequestStatus>>> = { waiting: 'accepted', solved: 'accepted', closed: 'accepted' };
/** Without an order, staff still decide what becomes of it. */
export const undecided: readonly RequestStatus[] = ['new', 'accepted', 'waiting'];

/** May the request take this step now? An order leads its request: then it is neither rejected nor taken up again by hand. */
export function maySet(request: Pick<RequestRow, 'status' | 'order_id'>, status: RequestStatus): boolean {
  if (request.order_id !== null && (status === 'rejected' || status === 'new')) return false;
  return requestSteps[request.status].includes(status);
}
