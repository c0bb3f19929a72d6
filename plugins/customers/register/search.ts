export { fold, saveWords, searchClause, wordClause, words } from '../../../core/api.js';
