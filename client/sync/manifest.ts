/** What codegen tells the engine about the schema. The engine knows no type by name: it reads this. */

/** A JSON value. Times are canonical strings: milliseconds, UTC, `2026-01-31T12:00:00.000Z`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Field values by field name; an absent name means "not changed". */
export type Values = Readonly<Record<string, Json>>;

/** What a value is, before `list` and `nullable`. An `id` is a string of 1 to 64 of `[A-Za-z0-9_-]`, an `enum` one of `values`. */
export type FieldKind =
  'id' | 'string' | 'int' | 'float' | 'boolean' | 'dateTime' | 'enum' | 'json' | 'object';

/** Limits on a value; those of a list's elements stand in the same object. Lengths count UTF-16 units. */
export interface Constraint {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What the device knows of one field: what it may hold, and how opposed edits of it combine. */
export interface FieldManifest {
  readonly kind: FieldKind;
  readonly list: boolean;
  readonly nullable: boolean;
  /** False: only the server sets it; the device shows `default` until the server answers. */
  readonly writable: boolean;
  /** What a new record holds when its creating change leaves the field out. */
  readonly default?: Json;
  /** How opposed edits combine on the server; the device uses it to rebase a person's decision. */
  readonly merger?: 'text' | 'set' | 'counter' | 'custom';
  /** The field holds an id of another type; `field` is the GraphQL field that resolves it, such as `notebook`. */
  readonly references?: { readonly type: string; readonly field: string; readonly scope?: string };
  /** Allowed values when `kind` is `enum`. */
  readonly values?: readonly string[];
  /** Fields of the nested object when `kind` is `object`, and its GraphQL type name. */
  readonly fields?: Readonly<Record<string, FieldManifest>>;
  readonly objectType?: string;
  readonly constraint?: Constraint;
}

/** How opposed edits of one record are settled (R20 to R24). */
export type Policy = 'lastWriteWins' | 'serverWins' | 'clientWins' | 'merge' | 'manual';

/** One synced type and the names of its GraphQL fields. */
export interface TypeManifest {
  readonly name: string;
  readonly single: string;
  readonly list: string;
  readonly count: string;
  readonly delta: string;
  readonly upsert: string;
  readonly upsertPayload: string;
  readonly policy: Policy;
  /** The fixed scope its records live in, such as `catalog`. Absent: any scope. */
  readonly scope?: string;
  /** The type's own fields, without `id`, `scope`, `version`, `createdAt`, `updatedAt`, `deletedAt`. */
  readonly fields: Readonly<Record<string, FieldManifest>>;
}

/** A document of the protocol, its name, and the SHA-256 of its text in hex, by which the server trusts it. */
export interface SyncDocument {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** Emitted by codegen from the schema and `schema/sync-documents.json`. */
export interface Manifest {
  /** The protocol's version constant. */
  readonly protocol: number;
  readonly documents: {
    readonly pull: SyncDocument;
    readonly push: SyncDocument;
    readonly heads: SyncDocument;
    readonly pokes: SyncDocument;
    readonly digest: SyncDocument;
  };
  /** By type name, in the order of the documents' fields. */
  readonly types: Readonly<Record<string, TypeManifest>>;
}
