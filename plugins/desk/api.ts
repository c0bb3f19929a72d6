/** Everything other plugins may import from the service desk. */
export { Evaluation, monthsBack, type EvaluationRow } from './evaluation.js';
export { MessageService } from './message-service.js';
export { OrderRowService } from './order-rows.js';
export { OrderService, transitions } from './order-service.js';
export { RequestDetails } from './request-details.js';
export { RequestService } from './request-service.js';
export { Sight } from './sight.js';
export { orderInput, reportInput, type OrderInput, type ReportInput } from './inputs.js';
export { toLocalInput, toUtc } from '../customers/api.js';
export { orderLooks, requestLooks, urgencyLooks } from './labels.js';
export { trailOf, type TrailStep } from './trail.js';
export * from './types.js';
