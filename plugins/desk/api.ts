/** Everything other plugins may import from the service desk. */
export { Evaluation, monthsBack, type EvaluationRow } from './orders/evaluation.js';
export { DraftService } from './requests/drafts.js';
export { MessageService, holdMs, type NewMessage } from './requests/message-service.js';
export { requestSteps } from './requests/steps.js';
export type { RequestPatch } from './requests/request-changes.js';
export { OrderRowService } from './orders/order-rows.js';
export { OrderService, transitions } from './orders/order-service.js';
export { RequestDetails } from './requests/request-details.js';
export { RequestReading, type Duplicate } from './requests/request-reading.js';
export { RequestTies } from './requests/request-ties.js';
export { RequestService } from './requests/request-service.js';
export { Sight } from './sight.js';
export { orderInput, reportInput, requestInput, type OrderInput, type ReportInput, type RequestInput } from './inputs.js';
export { toLocalInput, toUtc } from '../customers/api.js';
export { orderLooks, requestLooks, urgencyLooks } from './labels.js';
export { trailOf, type TrailStep } from './orders/trail.js';
export * from './types.js';
