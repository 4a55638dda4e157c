/** The library's public surface, listed by hand. */
import 'reflect-metadata';

export { ConfigError, readConfig, readDatabaseSettings } from './config.ts';
export type { Config, DatabaseSettings, Limits, TokenRules, VerificationKey } from './config.ts';
export { defineEntities } from './entity/define-entities.ts';
export type { ColumnDefinition, Constraint, EntityDefinition, FieldDefinition } from './entity/definition.ts';
export { EntityDefinitionError } from './entity/entity-definition-error.ts';
export { SnakeNamingStrategy } from './entity/naming.ts';
export { DateTime, JsonScalar, Position, SyncCursor } from './entity/scalars.ts';
export { Synced } from './entity/synced.ts';
export type { FieldOptions, OwnFields, SyncedOptions } from './entity/synced.ts';
export { SyncedRecord } from './entity/synced-record.ts';
export { buildHoldfastSchema } from './graphql/build-schema.ts';
export type { SchemaOptions } from './graphql/build-schema.ts';
export type { GraphqlContext, OperationPush } from './graphql/context.ts';
export { ExactlyOnce } from './graphql/exactly-once.ts';
export type { ExactlyOnceOptions } from './graphql/exactly-once.ts';
export { executeOperation } from './graphql/execute-operation.ts';
export type { OperationExecution } from './graphql/execute-operation.ts';
export type { Operation } from './graphql/operation.ts';
export { createFormatError } from './graphql/format-error.ts';
export type { ErrorFormat } from './graphql/format-error.ts';
export { emitSchema, renderSchemaFiles } from './graphql/emit-schema.ts';
export type { EmitOptions } from './graphql/emit-schema.ts';
export { PROTOCOL_VERSION } from './graphql/protocol.ts';
export { syncDocuments } from './graphql/sync-documents.ts';
export type { SyncDocument, SyncDocuments } from './graphql/sync-documents.ts';
export type { DemoRecords } from './server/demo.ts';
export { PortTakenError } from './server/http-listener.ts';
export { runMaintenance } from './server/maintenance.ts';
export type { MaintenanceOptions, MaintenanceTask } from './server/maintenance.ts';
export { startServer } from './server/server.ts';
export type { RunningServer, ServerOptions } from './server/server.ts';
export { EmbeddedPostgresError, startEmbeddedPostgres } from './storage/embedded-postgres.ts';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './storage/embedded-postgres.ts';
export type { AccessDirectory } from './storage/access-directory.ts';
export { DatabaseSetupError } from './storage/start-checks.ts';
export type { MigrationClass, Storage } from './storage/storage.ts';
export { syncedTableStatements } from './storage/synced-table.ts';
export { touch } from './storage/touch.ts';
export type { HoldfastEngine, ServerChange } from './sync/engine.ts';
export { Refusal, SyncError } from './sync/errors.ts';
export type { OperationCode, Retry } from './sync/errors.ts';
export type {
  Access,
  ChangeError,
  ChangeInput,
  ChangeResult,
  DeltaPage,
  DeltaPoint,
  DeltaRequest,
  EntityModel,
  FieldConflict,
  FieldKind,
  FieldModel,
  Json,
  ListRequest,
  MergeFunction,
  MergerName,
  Outcome,
  Policy,
  PushAnswer,
  PushField,
  PushRequest,
  RecordKey,
  RecordView,
  RefusalCode,
  ScopeAccess,
  ScopeHead,
  ScopeState,
  SyncEngine,
  TypeDigest,
  Values,
  Viewer,
  Violation,
} from './sync/model.ts';
export type {
  OperationAnswer,
  OperationEngine,
  OperationRecords,
  OperationRequest,
} from './sync/operation-ports.ts';
