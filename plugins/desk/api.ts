/** Everything other plugins may import from the service desk. */
export { Evaluation, monthsBack, type EvaluationRow } from './orders/evaluation.js';
export { MessageService } from './requests/message-service.js';
export { OrderRowService } from './orders/order-rows.js';
export { CheckService } from './orders/check-service.js';
export { PictureService } from './orders/picture-service.js';
export { ReportService } from './orders/report-service.js';
export { sendReport } from './orders/service-report-pages.js';
export { OrderService, transitions } from './orders/order-service.js';
export { RequestDetails } from './requests/request-details.js';
export { RequestService } from './requests/request-service.js';
export { Sight } from './sight.js';
export { orderInput, reportInput, type OrderInput, type ReportInput } from './inputs.js';
export { toLocalInput, toUtc } from '../customers/api.js';
export { orderLooks, requestLooks, urgencyLooks } from './labels.js';
export { trailOf, type TrailStep } from './orders/trail.js';
export * from './types.js';
