/**
 * The words of the protocol as types: what an entity is to the engine, what a push carries, what a delta answers.
 * Nothing here knows a database, a schema language or a clock.
 */

/** A JSON value. Times travel as canonical strings: milliseconds, UTC, `2026-01-31T12:00:00.000Z`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Field values by field name. An absent name means "not changed", never "null". */
export type Values = Readonly<Record<string, Json>>;

/** What a value is, before `list` and `nullable`. */
export type FieldKind =
  'id' | 'string' | 'int' | 'float' | 'boolean' | 'dateTime' | 'enum' | 'json' | 'object';

/** What decides an opposed field that has no merger of its own (R22). */
export type Policy = 'lastWriteWins' | 'serverWins' | 'clientWins' | 'merge' | 'manual';

/** The mergers that come with the engine (R22). */
export type MergerName = 'text' | 'set' | 'counter';

/** An author's merger: deterministic, `merge(b, x, b) = x`, `merge(b, a, a) = a` (I19). */
export type MergeFunction = (base: Json | undefined, yours: Json, row: Json) => Json;

/** One field of a synced type. */
export interface FieldModel {
  readonly name: string;
  readonly kind: FieldKind;
  readonly list: boolean;
  readonly nullable: boolean;
  /** False: set by the server only; absent from the upsert input. */
  readonly writable: boolean;
  /** Filled in when a creating change leaves the field out. `undefined`: required on creation unless nullable. */
  readonly default: Json | undefined;
  readonly merger: MergerName | MergeFunction | undefined;
  /** The field holds the id of a record of another type, in the same scope or in the fixed one named here (R27). */
  readonly references: { readonly type: string; readonly scope: string | undefined } | undefined;
  /** The allowed values when `kind` is `enum`. */
  readonly values: readonly string[] | undefined;
  /** The fields of the nested objects when `kind` is `object`. */
  readonly fields: readonly FieldModel[] | undefined;
}

/** Why a change is refused: the field at fault, if one is, and a sentence that says how to mend it. */
export interface Violation {
  readonly field: string | null;
  readonly message: string;
}

/** A synced type as the engine sees it. The engine never branches on `name`. */
export interface EntityModel {
  readonly name: string;
  /** The only scope its records live in, such as `catalog`. Undefined: any. */
  readonly scope?: string | undefined;
  readonly policy: Policy;
  /** The type's own fields, in declaration order; `id`, `scope`, `version`, … are not among them. */
  readonly fields: readonly FieldModel[];
  /** Sets of fields that are unique within a scope; a second one answers `ALREADY_EXISTS`. */
  readonly unique: readonly (readonly string[])[];
  /** Checks the values that a change names (lengths, ranges, formats). Null when they are good. */
  readonly validate: (values: Values) => Violation | null;
  /** The type's own rule over the whole record, `before` null for a creation. A violation answers `RULE_VIOLATED`. */
  readonly rule: ((before: Values | null, after: Values) => Violation | null) | undefined;
  /** Values the server derives from the others after each accepted change, made at that canonical time, such as an order's total. */
  readonly derive: ((after: Values, at: string) => Values) | undefined;
}

/** What a viewer may do in a scope; who may write may read. */
export type Access = 'READ' | 'WRITE';

/** A scope, and what its viewer may do there. */
export interface ScopeAccess {
  readonly id: string;
  readonly access: Access;
}

/** Who asks. `ownScope` is the scope meant when a request names none. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly ownScope: string;
  readonly scopes: readonly ScopeAccess[];
}

/**
 * A record as it goes out: flat, ready for a GraphQL result. `version` is its position; the times are canonical
 * strings. The type's own fields stand beside them.
 */
export interface RecordView {
  readonly id: string;
  readonly scope: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly [field: string]: Json;
}

/** One change as received. */
export interface ChangeInput {
  readonly id: string;
  readonly version: number | undefined;
  readonly epoch: string | undefined;
  readonly base: Values | undefined;
  readonly seq: number | undefined;
  /** Device clock, milliseconds since 1970. */
  readonly editedAt: number | undefined;
  readonly group: string | undefined;
  readonly deleted: boolean | undefined;
  /** The fields this change names. */
  readonly values: Values;
  /** The change exactly as received: what its receipt is bound to (R12). */
  readonly payload: Json;
}

export interface DeviceInput {
  readonly id: string;
  readonly epoch: string | undefined;
  /** Device clock when the request left, milliseconds since 1970. */
  readonly sentAt: number;
  readonly acknowledged: number;
}

/** All upsert fields of one GraphQL document, in document order (R10). */
export interface PushRequest {
  readonly viewer: Viewer;
  /** What the document's fields name, one entry a field; absent means the viewer's own scope. */
  readonly fields: readonly PushField[];
}

/** One upsert field of a push. */
export interface PushField {
  readonly type: string;
  readonly scope: string | undefined;
  readonly device: DeviceInput | undefined;
  readonly changes: readonly ChangeInput[];
}

/** What became of a change. */
export type Outcome = 'APPLIED' | 'MERGED' | 'SUPERSEDED' | 'CONFLICT' | 'REJECTED';

/** Why one change was not accepted. */
export type RefusalCode =
  | 'BAD_INPUT'
  | 'FORBIDDEN'
  | 'GONE'
  | 'MISSING_REFERENCE'
  | 'ALREADY_EXISTS'
  | 'RULE_VIOLATED'
  | 'GROUP_REFUSED'
  | 'TOO_LARGE'
  | 'SEQ_REUSED'
  | 'STALE_SEQ'
  | 'SCOPE_FORBIDDEN';

export type ConflictSide = 'YOURS' | 'THEIRS' | 'MERGED' | 'UNDECIDED';

/** One field that two edits opposed: what both began with, what each made of it, and whose value stands. */
export interface FieldConflict {
  readonly field: string;
  readonly base: Json;
  readonly yours: Json;
  readonly theirs: Json;
  readonly kept: ConflictSide;
}

/** Why one change was not accepted; decide by `code`. */
export interface ChangeError {
  readonly code: RefusalCode;
  readonly message: string;
  readonly field: string | null;
}

/** What became of one change. */
export interface ChangeResult {
  readonly id: string;
  readonly seq: number | null;
  readonly outcome: Outcome;
  readonly replayed: boolean;
  readonly record: RecordView | null;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
}

/** What became of a push. */
export interface PushAnswer {
  readonly epoch: string;
  readonly scope: string;
  /** One list a push field, one result a change, in the order given (R11). */
  readonly results: readonly (readonly ChangeResult[])[];
}

/** One delta field (R1). `limit` is clamped to 1 … 5,000. */
export interface DeltaField {
  readonly type: string;
  readonly scope: string | undefined;
  readonly since: string | undefined;
  readonly limit: number | undefined;
  /** The device whose last executed seq the page reports as `at.executed`. */
  readonly device: string | undefined;
}

/** All delta fields of one operation; they read one snapshot (R2). */
export interface DeltaRequest {
  readonly viewer: Viewer;
  readonly fields: readonly DeltaField[];
}

/** Where a page of a delta ends (R1). */
export interface DeltaPoint {
  readonly epoch: string;
  readonly position: number;
  readonly floor: number | null;
  readonly head: number;
  readonly executed: number;
}

/** A piece of a scope's history of one type (R1 to R5). */
export interface DeltaPage {
  readonly records: readonly RecordView[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly reset: boolean;
  readonly at: DeltaPoint;
}

/** A condition on one field: several operators in one object all have to hold. */
export interface FieldCondition {
  readonly eq?: Json;
  readonly in?: readonly Json[];
  readonly lt?: Json;
  readonly lte?: Json;
  readonly gt?: Json;
  readonly gte?: Json;
  /** Text: a case-insensitive part of it. A list: has this element. */
  readonly contains?: Json;
  readonly isNull?: boolean;
}

/** `and`, `or`, `not` beside conditions by field name; everything named in one object has to hold. */
export interface Filter {
  readonly and?: readonly Filter[];
  readonly or?: readonly Filter[];
  readonly not?: Filter;
  readonly [field: string]: FieldCondition | Filter | readonly Filter[] | undefined;
}

/** Text orders by code point, null before every value when ascending; `id`, then `scope` break ties. */
export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

/** An online read of live records (tombstones are never listed). */
export interface ListRequest {
  readonly viewer: Viewer;
  readonly type: string;
  /** Absent: all that the viewer may read. */
  readonly scopes: readonly string[] | undefined;
  readonly filter: Filter | undefined;
  readonly orderBy: readonly Order[];
  /** 0 … 1,000. */
  readonly limit: number;
  readonly offset: number;
}

/** Names a record of a known type. */
export interface RecordKey {
  readonly scope: string;
  readonly id: string;
}

/** A fingerprint of what a scope holds of a type, to compare copies by. */
export interface TypeDigest {
  readonly type: string;
  readonly count: number;
  /** SHA-256, hex, of the lines `id:version\n` of live records in byte order of id (R33). */
  readonly sha256: string;
  readonly head: number;
}

/** Where a scope stands. */
export interface ScopeHead {
  readonly scope: string;
  readonly head: number;
  readonly accessChanged: boolean;
}

/** How far a scope is, for a device to tell whether it has to pull. */
export interface ScopeState extends ScopeAccess {
  readonly head: number;
  /** Another epoch with the same head is another history (R5). */
  readonly epoch: string;
}

/**
 * The engine as the schema sees it. Every method throws `SyncError` (errors.ts) and nothing else on purpose;
 * a scope the viewer may not read answers `SCOPE_FORBIDDEN`, the same whether it exists or not.
 */
export interface SyncEngine {
  /** Executes one document's changes in one durable transaction (R10 … R15, R20 … R28). */
  push(request: PushRequest): Promise<PushAnswer>;
  /** One page per field, all from one snapshot (R1 … R8), in the order asked. */
  deltas(request: DeltaRequest): Promise<readonly DeltaPage[]>;
  list(request: ListRequest): Promise<readonly RecordView[]>;
  count(request: Omit<ListRequest, 'orderBy' | 'limit' | 'offset'>): Promise<number>;
  /** Live records by key, in the order asked; null for one that is absent, deleted or not readable. One query a call. */
  records(viewer: Viewer, type: string, keys: readonly RecordKey[]): Promise<readonly (RecordView | null)[]>;
  /** The viewer's scopes with their heads, of one snapshot, in the order of `viewer.scopes`. */
  heads(viewer: Viewer): Promise<readonly ScopeState[]>;
  digest(viewer: Viewer, scope: string): Promise<readonly TypeDigest[]>;
}
