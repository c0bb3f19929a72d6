/** Everything other plugins may import from the service desk. */
export { MessageService } from './message-service.js';
export { OrderRowService } from './order-rows.js';
export { OrderService, transitions } from './order-service.js';
export { RequestService } from './request-service.js';
export { orderInput, reportInput, type OrderInput, type ReportInput } from './inputs.js';
export { toLocalInput, toUtc } from './zoned.js';
export { orderLooks, requestLooks, urgencyLooks } from './labels.js';
export { trailOf, type TrailStep } from './trail.js';
export * from './types.js';
