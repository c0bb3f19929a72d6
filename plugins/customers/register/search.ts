export { fold, saveWords, searchList, searchClause, wordCheck, wordClause, words } from '../../../core/api.js';
