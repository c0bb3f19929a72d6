export { decodeCursor, encodeCursor } from '../../core/api.js';
