/**
 * Everything a plugin may import from the core. Semantic versioning: what stands here changes incompatibly only with a new major version.
 */
import 'reflect-metadata';

export { definePlugin, type Finder, type FoundItem, type Log, type MenuEntry, type MenuLine, type Plugin, type PluginContext } from './plugin/context.js';
export {
  defineManifest,
  event,
  type AccessClass,
  type EventName,
  type Manifest,
  type Manifests,
  type PayloadOf,
  type PermissionId,
  type SettingKey,
  type TemplateId,
  type ValueOf,
} from './plugin/manifest.js';
export { Scope } from './plugin/scope.js';
export { accountActor, systemActor } from './access/actors.js';
export * from './errors.js';
export * from './tokens.js';
export { searchList } from './database/search-list.js';
export { fold, saveWords, searchClause, wordCheck, wordClause, words } from './database/search.js';
export { decodeCursor, encodeCursor } from './database/cursor.js';
export { addColumns, createTable } from './database/create-table.js';
export { readRows, within } from './database/read-rows.js';
export { defineModel, isUniqueViolation, toDate, type Database, type Migration, type ModelDef, type ModelOf } from './database/types.js';
export type {
  Access,
  AccountInfo,
  AccountKind,
  Actor,
  DeclaredPermission,
  Explanation,
  FoundObject,
  Grant,
  GrantSource,
  ObjectKind,
  Resource,
  ScopeCondition,
} from './access/types.js';
export type { Account, AccountService, AccountStatus, FactorPolicy, InvitationState } from './accounts/types.js';
export type { Audit, AuditInput, AuditRecord, AuditTrail } from './audit/types.js';
export type { Erasure, ErasureCount } from './erasure/types.js';
export type { Events } from './events/types.js';
export type { FileInfo, Files, Upload } from './files/types.js';
export { parse as parseInput } from './http/input.js';
export { guard, open, signedIn, stepUp } from './http/types.js';
export type { FormState, Guard, PageContext, PageModule, PageRouter, Resolve, SiteDefinition } from './http/types.js';
export type { JobHandler, Jobs, Schedule } from './jobs/types.js';
export type { DeliveryResult, MailHeaders, Notification, NotificationChannel, Notifications, RenderedMessage } from './notifications/types.js';
export { createTextTable } from './search/text-table.js';
export { TextIndex, type Parts, type Sql, type TextQuery, type TextSource } from './search/text-index.js';
export type { Piece, Search, SearchGroup, SearchHit, SearchPage, SearchProvider, SearchQuery } from './search/types.js';
export { marked, snippet } from './search/words.js';
export { listOf, listQuery, time } from './rest/types.js';
export type { ApiContext, ApiModule, ApiOperation, ApiRouter } from './rest/types.js';
export type { Outgoing } from './outgoing/types.js';
export type { Realtime } from './realtime/types.js';
export { identityProviderApi } from './sso/provider-api.js';
export { identityProviderPages, providerLines } from './sso/provider-pages.js';
export { callbackPath } from './sso/sso-flow.js';
export type { IdentityProvider, IdentityProviderInput, IdentityProviders, ProviderOwner, ProviderTest } from './sso/types.js';
export type { Secrets, Settings } from './settings/service-types.js';
export { createFormatter } from './views/format.js';
export type { Formatter, Translator, ViewName } from './views/types.js';
export { inject, injectable } from 'tsyringe';
export { z } from 'zod';
