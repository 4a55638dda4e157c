/** The two sync documents' variables and answers, to and from the engine's words. Pure. */
import type { Json, Manifest, TypeManifest, Values } from './manifest.ts';
import type { ChangeError, FieldConflict, Outcome } from './model.ts';
import type { ChangeRow, Copy, OutboxRow, ScopeRow } from './stored.ts';

type Wire = Readonly<Record<string, Json>>;

export interface DeltaPage {
  readonly records: readonly Wire[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly reset: boolean;
  readonly at: {
    readonly epoch: string;
    readonly position: number;
    readonly floor: number | null;
    readonly head: number;
    readonly executed: number;
  };
}

export interface PushResult {
  readonly id: string;
  readonly seq: number | null;
  readonly outcome: Outcome;
  readonly record: Wire | null;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
}

export interface PushPayload {
  readonly epoch: string;
  readonly results: readonly PushResult[];
  readonly delta: DeltaPage | null;
}

export interface Heads {
  readonly id: string;
  readonly scopes: readonly {
    readonly id: string;
    readonly access: 'READ' | 'WRITE';
    readonly head: number;
    readonly epoch: string;
  }[];
}

/** A change or an operation as it is sent. Its JSON text is kept with the row and never made twice (I9). */
export function wireForm(row: OutboxRow, seq: number): object {
  return row.operation ?? wireChange(row, seq);
}

function wireChange(row: ChangeRow, seq: number): Wire {
  const isCreation = row.version === null;
  return {
    id: row.id,
    ...(row.version === null ? {} : { version: row.version }),
    ...(row.epoch === null || isCreation ? {} : { epoch: row.epoch }),
    ...(isCreation ? {} : { base: row.base }),
    seq,
    editedAt: new Date(row.editedAt).toISOString(),
    ...(row.group === undefined ? {} : { group: row.group }),
    ...(row.deleted === undefined ? {} : { deleted: row.deleted }),
    ...row.values,
  };
}

export interface PushQuestion {
  readonly manifest: Manifest;
  readonly scope: ScopeRow;
  readonly rows: readonly ChangeRow[];
  readonly device: { readonly id: string; readonly sentAt: number; readonly acknowledged: number };
  readonly withDelta: boolean;
  readonly limit: number;
}

export function pushVariables({ manifest, scope, rows, device, withDelta, limit }: PushQuestion): Wire {
  const epoch = scope.epoch === null ? {} : { epoch: scope.epoch };
  const sentAt = new Date(device.sentAt).toISOString();
  return {
    scope: scope.id,
    device: { id: device.id, ...epoch, sentAt, acknowledged: device.acknowledged },
    limit,
    withDelta,
    ...perType(manifest, (type) => {
      const changes = rows
        .filter((row) => row.type === type.name)
        .map((row) => JSON.parse(row.frozen ?? 'null') as Json);
      return { [`${type.single}Changes`]: changes, [`${type.single}Since`]: cursorOf(scope, type) };
    }),
  };
}

export interface PullQuestion {
  readonly manifest: Manifest;
  readonly scope: ScopeRow;
  readonly device: string;
  readonly limit: number;
}

export function pullVariables({ manifest, scope, device, limit }: PullQuestion): Wire {
  const since = perType(manifest, (type) => ({ [`${type.single}Since`]: cursorOf(scope, type) }));
  return { scope: scope.id, device, limit, ...since };
}

function perType(manifest: Manifest, part: (type: TypeManifest) => Wire): Wire {
  return Object.assign({}, ...Object.values(manifest.types).map(part)) as Wire;
}

function cursorOf(scope: ScopeRow, type: TypeManifest): string | null {
  return scope.cursors[type.name]?.cursor ?? null;
}

/** The pages of a pull by type; null when one is missing or is not shaped like one. */
export function readPull(data: Wire, manifest: Manifest): Readonly<Record<string, DeltaPage>> | null {
  const pages = Object.keys(manifest.types).map((name) => [name, readPage(data[name])] as const);
  if (pages.some(([, page]) => page === null)) return null;
  return Object.fromEntries(pages) as Record<string, DeltaPage>;
}

/** The payloads of a push by type; null when one is missing, or its results are not those of the changes sent (R11). */
export function readPush(
  data: Wire,
  manifest: Manifest,
  rows: readonly ChangeRow[],
): Readonly<Record<string, PushPayload>> | null {
  const payloads = Object.keys(manifest.types).map((name) => {
    const sent = rows.filter((row) => row.type === name);
    return [name, readPayload(data[name], sent)] as const;
  });
  if (payloads.some(([, payload]) => payload === null)) return null;
  return Object.fromEntries(payloads) as Record<string, PushPayload>;
}

function readPayload(value: Json | undefined, sent: readonly ChangeRow[]): PushPayload | null {
  if (!isObject(value) || typeof value['epoch'] !== 'string' || !Array.isArray(value['results'])) return null;
  const results = value['results'] as unknown as readonly PushResult[];
  const isMatch = results.every(
    (result, index) => result.seq === sent[index]?.seq && result.id === sent[index]?.id,
  );
  if (results.length !== sent.length || !isMatch) return null;
  return { epoch: value['epoch'], results, delta: readPage(value['delta']) };
}

function readPage(value: Json | undefined): DeltaPage | null {
  if (!isObject(value) || !isObject(value['at']) || !Array.isArray(value['records'])) return null;
  const hasCursor = typeof value['cursor'] === 'string' && typeof value['hasMore'] === 'boolean';
  return hasCursor && typeof value['at']['epoch'] === 'string' ? (value as unknown as DeltaPage) : null;
}

/** What the server says of one type of a scope (R33). */
export interface TypeDigest {
  readonly type: string;
  readonly count: number;
  /** Hex. */
  readonly sha256: string;
  readonly head: number;
}

/** The digests of the types that the device keeps; null when one is missing. */
export function readDigest(data: Wire, { types }: Manifest): readonly TypeDigest[] | null {
  const all = (Array.isArray(data['scopeDigest'])
    ? data['scopeDigest']
    : []) as unknown as readonly TypeDigest[];
  const own = all.filter(({ type }) => types[type] !== undefined);
  return own.length === Object.keys(types).length ? own : null;
}

export function readHeads(data: Wire): Heads | null {
  const viewer = data['viewer'];
  return isObject(viewer) && Array.isArray(viewer['scopes']) ? (viewer as unknown as Heads) : null;
}

function isObject(value: Json | undefined): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A confirmed copy out of a record as it came; only the type's own fields are kept. */
export function copyOf(
  wire: Wire,
  type: TypeManifest,
  origin: { readonly epoch: string; readonly cycle: number; readonly executed: number },
): Copy {
  const values: Values = Object.fromEntries(
    Object.keys(type.fields).map((name) => [name, wire[name] ?? null]),
  );
  return {
    id: String(wire['id']),
    version: Number(wire['version']),
    ...origin,
    createdAt: String(wire['createdAt']),
    updatedAt: String(wire['updatedAt']),
    deletedAt: typeof wire['deletedAt'] === 'string' ? wire['deletedAt'] : null,
    values,
  };
}

/** Length in UTF-8, counted without encoding it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
