export { fold, saveWords, searchList, searchClause, wordClause, words } from '../../../core/api.js';
