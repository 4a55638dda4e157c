/**
 * The protocol in memory: what a server answers to the sync documents, rule by rule, with none of the engine's code. Slow and plain on
 * purpose: the real one is compared with it.
 */
import type { Json, Manifest, TypeManifest, Values } from '../sync/manifest.ts';
import type { ChangeError } from '../sync/model.ts';
import type { OperationClaim, TransportError, TransportRequest } from '../sync/ports.ts';
import { conflictsOf, namedFields, type Row, type Wire } from './opposed-fields.ts';

interface Scope {
  head: number;
  readonly rows: Map<string, Row>;
  /** By user and device: last number executed, and the stored results. */
  readonly devices: Map<string, Line>;
  readonly horizon: Record<string, number>;
}

interface Line {
  last: number;
  readonly receipts: Map<number, { payload: string; result: Wire }>;
}

interface Cursor {
  readonly epoch: string;
  readonly scope: string;
  readonly type: string;
  readonly position: number;
  /** -1 outside a cycle. */
  readonly floor: number;
}

interface Asked {
  readonly since: Json | undefined;
  readonly limit: number;
  readonly device: string;
}

/** What a reference server knows from the start. */
export interface ServerOptions {
  readonly manifest: Manifest;
  readonly now: () => number;
  /** Scopes by user id. */
  readonly access: Record<string, { id: string; access: 'READ' | 'WRITE' }[]>;
}

/** A GraphQL response. */
export interface ServerAnswer {
  readonly data?: Json;
  readonly errors?: readonly TransportError[];
  readonly extensions?: Json;
}

/** What a mutation of the author's own does (R32). It writes by `server.put`; what it throws undoes that. */
export type ServerOperation = (asked: {
  readonly variables: Values;
  readonly scope: string;
  readonly user: string;
}) => Json;

/** Thrown by an operation to refuse for good: what a repeated request is told, too. Anything else leaves the outcome open. */
export class OperationRefusal extends Error {
  constructor(
    readonly code: ChangeError['code'],
    message: string,
    readonly field: string | null = null,
  ) {
    super(message);
  }
}

/** A sync server in memory. Tests look into it, edit as somebody else, and make it refuse. */
export class ReferenceServer {
  /** Another one makes every device sync afresh, as after a restored backup. */
  epoch = 'epoch-1';
  /** Who may do what, by user. Change it, then poke with `accessChanged`, or wait for the next poll. */
  readonly access: ServerOptions['access'];
  /** A rule of the author's: the change is refused with what this returns. */
  refuse: (type: string, change: Wire) => ChangeError | null = () => null;
  /** Called with each scope that got a new head. */
  onPoke: (scope: string, head: number) => void = () => undefined;
  /** Mutations of the author's own, by the name of their document. */
  readonly operations = new Map<string, ServerOperation>();
  /** How many changes and operations took effect, by epoch, device, scope and number (I7). */
  readonly executions = new Map<string, number>();
  private scopes = new Map<string, Scope>();

  constructor(private readonly options: ServerOptions) {
    this.access = options.access;
  }

  /** The response to one request of this user. */
  answer({ document, variables, viewer, claim }: TransportRequest, user: string): ServerAnswer {
    if (viewer !== user) return refusal('WRONG_VIEWER', 'NEVER');
    if (claim !== undefined) return this.operate({ document, variables, claim }, user);
    const { documents } = this.options.manifest;
    if (document.name === documents.heads.name) return this.heads(user);
    const scope = String(variables['scope']);
    if (document.name === documents.digest.name) return this.digest(scope, user);
    const access = this.access[user]?.find((known) => known.id === scope)?.access;
    if (access === undefined) return refusal('SCOPE_FORBIDDEN', 'NEVER');
    if (document.name === documents.pull.name) return this.pull(scope, { variables, user });
    if (document.name === documents.push.name) return this.push(scope, { variables, user, access });
    return refusal('GRAPHQL_VALIDATION_FAILED', 'NEVER');
  }

  /** The record as it stands, tombstones included. */
  record(type: string, scope: string, id: string): Wire | undefined {
    return this.scope(scope).rows.get(`${type}/${id}`)?.wire;
  }

  /** All of a type, tombstones included, in the order in which they were created. */
  records(type: string, scope: string): readonly Wire[] {
    return [...this.scope(scope).rows.values()].filter((row) => row.type === type).map((row) => row.wire);
  }

  /** How many versions a scope has given out. */
  head(scope: string): number {
    return this.scope(scope).head;
  }

  /** An edit by someone else. */
  put(type: string, scope: string, record: { id: string; deleted?: boolean } & Values): void {
    const { id, deleted, ...values } = record;
    const version = ++this.scope(scope).head;
    this.store(scope, { type, id, values, deleted, version });
    this.onPoke(scope, version);
  }

  /** Purges the tombstones of a type (R5, I21). */
  purge(type: string, scope: string): void {
    const held = this.scope(scope);
    for (const [key, row] of held.rows) {
      if (row.type !== type || row.wire['deletedAt'] === null) continue;
      held.rows.delete(key);
      held.horizon[type] = Math.max(held.horizon[type] ?? 0, Number(row.wire['version']));
    }
  }

  /** Remembers all records; the returned function restores them, under another epoch. */
  backup(): () => void {
    const saved = structuredClone(this.scopes);
    return () => {
      this.scopes = structuredClone(saved);
      this.epoch = `epoch-${Number(this.epoch.slice(6)) + 1}`;
    };
  }

  private heads(user: string): ServerAnswer {
    const scopes = (this.access[user] ?? []).map((scope) => ({
      ...scope,
      head: this.head(scope.id),
      epoch: this.epoch,
    }));
    return { data: { viewer: { id: user, name: user, scopes } } };
  }

  /** R33, with the text itself in place of its hash: whoever compares takes the same. */
  private digest(scope: string, user: string): ServerAnswer {
    if (this.access[user]?.some(({ id }) => id === scope) !== true)
      return refusal('SCOPE_FORBIDDEN', 'NEVER');
    const scopeDigest = Object.keys(this.options.manifest.types).map((type) => {
      const live = this.records(type, scope).filter((wire) => wire['deletedAt'] === null);
      const lines = live.map((wire) => `${String(wire['id'])}:${String(wire['version'])}\n`);
      lines.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
      return { type, count: live.length, sha256: lines.join(''), head: this.head(scope) };
    });
    return { data: { scopeDigest } };
  }

  private pull(scope: string, { variables, user }: { variables: Values; user: string }): ServerAnswer {
    const device = `${user}/${String(variables['device'])}`;
    const pages = Object.values(this.options.manifest.types).map((type) => {
      const since = variables[`${type.single}Since`];
      return [
        type.name,
        this.page(scope, type, { since, limit: Number(variables['limit']), device }),
      ] as const;
    });
    if (pages.some(([, page]) => page === null)) return refusal('BAD_CURSOR', 'NEVER');
    return { data: Object.fromEntries(pages) as Json };
  }

  /** R1 to R5. Null: a cursor of another type or scope (R6). */
  private page(scope: string, type: TypeManifest, asked: Asked): Wire | null {
    const held = this.scope(scope);
    const cursor = readCursor(asked.since);
    if (cursor !== null && (cursor.scope !== scope || cursor.type !== type.name)) return null;
    const reset = cursor !== null && this.isOver(cursor, held);
    const from = startOf(cursor, reset, held.head);
    const rows = changedRows(held, type.name, from);
    const page = rows.slice(0, asked.limit);
    const hasMore = rows.length > page.length;
    const position = hasMore ? lastVersion(page) : held.head;
    const floor = hasMore && from.floor >= 0 ? from.floor : null;
    const cursorText = [this.epoch, scope, type.name, position, floor ?? ''].join('|');
    const records = page.map((row) => structuredClone(row.wire));
    const executed = executedBy(held, asked.device);
    const at = { epoch: this.epoch, position, floor, head: held.head, executed };
    return { records, cursor: cursorText, hasMore, reset, at };
  }

  /** R5: horizon above both position and floor, another epoch, above the head. */
  private isOver(cursor: Cursor, { horizon, head }: Scope): boolean {
    const purged = horizon[cursor.type] ?? 0;
    const isPurged = purged > cursor.position && purged > cursor.floor;
    return cursor.epoch !== this.epoch || isPurged || cursor.position > head;
  }

  private push(
    scope: string,
    { variables, user, access }: { variables: Values; user: string; access: 'READ' | 'WRITE' },
  ): ServerAnswer {
    const device = variables['device'] as Wire;
    if (device['epoch'] !== undefined && device['epoch'] !== this.epoch)
      return refusal('EPOCH_CHANGED', 'NOW');
    const types = Object.values(this.options.manifest.types);
    const changes = types.flatMap((type) =>
      (variables[`${type.single}Changes`] as Wire[]).map((change) => ({ type, change })),
    );
    const key = `${user}/${String(device['id'])}`;
    this.forget(scope, key, Number(device['acknowledged']));
    const results = new Map<Wire, Wire>();
    for (const item of changes.sort((a, b) => Number(a.change['seq']) - Number(b.change['seq']))) {
      results.set(item.change, this.once(scope, { ...item, device: key, access }));
    }
    const payloads = types.map((type) => {
      const sent = variables[`${type.single}Changes`] as Wire[];
      const since = variables[`${type.single}Since`];
      const asked = { since, limit: Number(variables['limit']), device: key };
      const delta = variables['withDelta'] === true ? { delta: this.page(scope, type, asked) } : {};
      return [
        type.name,
        { epoch: this.epoch, results: sent.map((change) => results.get(change) ?? null), ...delta },
      ];
    });
    this.onPoke(scope, this.head(scope));
    return { data: Object.fromEntries(payloads) as Json };
  }

  /** R32: once for each number of a device, on the line of its changes. */
  private operate({ document, variables, claim }: Operation, user: string): ServerAnswer {
    const operation = this.operations.get(document.name);
    if (operation === undefined) return refusal('GRAPHQL_VALIDATION_FAILED', 'NEVER');
    const { device, scope, seq } = claim;
    if (device.epoch !== undefined && device.epoch !== this.epoch) return refusal('EPOCH_CHANGED', 'NOW');
    const key = `${user}/${device.id}`;
    const payload = `operation ${sorted([document.text, document.name, variables])}`;
    const known = this.settledBefore(this.line(scope, key), seq, payload);
    if (known !== null) return this.operated(seq, known.replayed, known.result);
    const isAllowed = this.access[user]?.some((each) => each.id === scope && each.access === 'WRITE');
    if (isAllowed !== true) {
      return this.operated(seq, false, refusedWith('SCOPE_FORBIDDEN', 'You may not write here', null));
    }
    const result = this.attempt(() => operation({ variables, scope, user }));
    if (result === null) return refusal('INTERNAL', 'LATER');
    const execution = `${this.epoch}/${key}/${scope}/${seq}`;
    this.executions.set(execution, (this.executions.get(execution) ?? 0) + 1);
    this.forget(scope, key, device.acknowledged);
    const line = this.line(scope, key);
    line.last = seq;
    line.receipts.set(seq, { payload, result });
    return this.operated(seq, false, result);
  }

  private settledBefore(
    line: Line,
    seq: number,
    payload: string,
  ): { readonly replayed: boolean; readonly result: Wire } | null {
    const receipt = line.receipts.get(seq);
    if (receipt?.payload === payload) return { replayed: true, result: receipt.result };
    if (receipt !== undefined) {
      return { replayed: false, result: refusedWith('SEQ_REUSED', 'It belongs to another change', null) };
    }
    if (seq > line.last) return null;
    return { replayed: false, result: refusedWith('STALE_SEQ', 'Its receipt is gone', null) };
  }

  /** Null: it failed unforeseen, and nothing happened. */
  private attempt(work: () => Json): Wire | null {
    const before = structuredClone(this.scopes);
    try {
      return { data: work(), error: null };
    } catch (error) {
      this.scopes = before;
      return error instanceof OperationRefusal ? refusedWith(error.code, error.message, error.field) : null;
    }
  }

  private operated(seq: number, replayed: boolean, result: Wire): ServerAnswer {
    const { data = null } = structuredClone(result);
    const error = result['error'] as unknown as ChangeError | null;
    const outcome = error === null ? 'APPLIED' : 'REJECTED';
    const extensions = { holdfast: { epoch: this.epoch, seq, outcome, replayed } };
    if (error === null) return { data, extensions };
    const { code, message, field } = error;
    return { data: null, errors: [{ message, extensions: { code, retry: 'NEVER', field } }], extensions };
  }

  /** The numbers of one device in one scope. */
  private line(scope: string, device: string): Line {
    const { devices } = this.scope(scope);
    const line = devices.get(device) ?? { last: 0, receipts: new Map() };
    devices.set(device, line);
    return line;
  }

  /** R13: receipts that the device says it has stored the answers of. */
  private forget(scope: string, device: string, acknowledged: number): void {
    const receipts = this.scope(scope).devices.get(device)?.receipts;
    for (const seq of receipts?.keys() ?? []) if (seq <= acknowledged) receipts?.delete(seq);
  }

  /** R12: above the last, executed; with a receipt, the stored answer. */
  private once(
    scope: string,
    item: { type: TypeManifest; change: Wire; device: string; access: 'READ' | 'WRITE' },
  ): Wire {
    const { type, change, device, access } = item;
    const known = this.line(scope, device);
    const seq = Number(change['seq']);
    const receipt = known.receipts.get(seq);
    const record = (): Json => this.record(type.name, scope, String(change['id'])) ?? null;
    const refused = (code: ChangeError['code']): Wire =>
      ended(change, 'REJECTED', { record: record(), error: { code, message: code, field: null } });
    if (receipt !== undefined) {
      if (receipt.payload !== sorted(change)) return refused('SEQ_REUSED');
      return { ...receipt.result, replayed: true, record: record() };
    }
    if (seq <= known.last) return refused('STALE_SEQ');
    if (access !== 'WRITE') return refused('SCOPE_FORBIDDEN');
    const outcome = this.execute(scope, type, change);
    const execution = `${this.epoch}/${device}/${scope}/${seq}`;
    this.executions.set(execution, (this.executions.get(execution) ?? 0) + 1);
    const result = { ...outcome, record: record() };
    known.last = seq;
    known.receipts.set(seq, { payload: sorted(change), result });
    return structuredClone(result);
  }

  /** R20 to R24, as far as the policies of the test manifest go. */
  private execute(scope: string, type: TypeManifest, change: Wire): Wire {
    const id = String(change['id']);
    const row = this.scope(scope).rows.get(`${type.name}/${id}`);
    const refused = this.refuse(type.name, change) ?? this.missingReference(scope, type, change);
    if (refused !== null) return ended(change, 'REJECTED', { error: refused as unknown as Json });
    if (row === undefined && change['version'] !== undefined) return this.editOfNothing(change);
    const conflicts = conflictsOf(type, row, change);
    const wire = conflicts as unknown as Json;
    if (conflicts.some((conflict) => conflict.kept === 'UNDECIDED'))
      return ended(change, 'CONFLICT', { conflicts: wire });
    const lost = conflicts.filter((conflict) => conflict.kept === 'THEIRS').map((conflict) => conflict.field);
    this.accept(scope, type, { change, lost, isNew: row === undefined });
    const outcome = lost.length > 0 ? 'SUPERSEDED' : conflicts.length > 0 ? 'MERGED' : 'APPLIED';
    return ended(change, outcome, { conflicts: wire });
  }

  /** A change that alters nothing takes no version (R23). */
  private accept(
    scope: string,
    type: TypeManifest,
    { change, lost, isNew }: { change: Wire; lost: readonly string[]; isNew: boolean },
  ): void {
    const names = namedFields(type, change).filter((name) => !lost.includes(name));
    const deleted = change['deleted'] as boolean | undefined;
    if (!isNew && deleted === undefined && names.length === 0) return;
    const values = Object.fromEntries(names.map((name) => [name, change[name] ?? null]));
    const version = ++this.scope(scope).head;
    this.store(scope, { type: type.name, id: String(change['id']), values, deleted, version });
  }

  private editOfNothing(change: Wire): Wire {
    if (change['deleted'] === true) return ended(change, 'APPLIED', {});
    return ended(change, 'REJECTED', { error: { code: 'GONE', message: 'It is gone', field: null } });
  }

  private missingReference(scope: string, type: TypeManifest, change: Wire): ChangeError | null {
    for (const [field, { references }] of Object.entries(type.fields)) {
      const id = change[field];
      if (references === undefined || typeof id !== 'string') continue;
      if (this.record(references.type, references.scope ?? scope, id) !== undefined) continue;
      return { code: 'MISSING_REFERENCE', message: `There is no ${references.type} ${id}`, field };
    }
    return null;
  }

  private store(
    scope: string,
    change: { type: string; id: string; values: Values; deleted: boolean | undefined; version: number },
  ): void {
    const { rows } = this.scope(scope);
    const key = `${change.type}/${change.id}`;
    const before = rows.get(key);
    const at = new Date(this.options.now()).toISOString();
    const fields = this.options.manifest.types[change.type]?.fields ?? {};
    const defaults = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, field.default ?? null]),
    );
    const wire: Wire = { ...defaults, createdAt: at, deletedAt: null, ...before?.wire, ...change.values };
    Object.assign(wire, { id: change.id, scope, version: change.version, updatedAt: at });
    if (change.deleted !== undefined) wire['deletedAt'] = change.deleted ? at : null;
    const changed = Object.fromEntries(Object.keys(change.values).map((name) => [name, change.version]));
    rows.set(key, { type: change.type, wire, changedAt: { ...before?.changedAt, ...changed } });
  }

  private scope(id: string): Scope {
    const known = this.scopes.get(id);
    if (known !== undefined) return known;
    const scope: Scope = { head: 0, rows: new Map(), devices: new Map(), horizon: {} };
    this.scopes.set(id, scope);
    return scope;
  }
}

type Operation = Pick<TransportRequest, 'document' | 'variables'> & { readonly claim: OperationClaim };

function refusedWith(code: ChangeError['code'], message: string, field: string | null): Wire {
  return { data: null, error: { code, message, field } };
}

function idOf(line: string): string {
  return line.slice(0, line.indexOf(':'));
}

/** Plain text here; devices must not look into it. */
function readCursor(since: Json | undefined): Cursor | null {
  if (typeof since !== 'string') return null;
  const [epoch = '', scope = '', type = '', position = '', floor = ''] = since.split('|');
  return { epoch, scope, type, position: Number(position), floor: floor === '' ? -1 : Number(floor) };
}

/** A cycle's first page has the head as its floor. */
function startOf(cursor: Cursor | null, reset: boolean, head: number): Pick<Cursor, 'position' | 'floor'> {
  return cursor === null || reset ? { position: 0, floor: head } : cursor;
}

function lastVersion(rows: readonly Row[]): number {
  return Number(rows.at(-1)?.wire['version']);
}

function executedBy({ devices }: Scope, device: string): number {
  return devices.get(device)?.last ?? 0;
}

/** By position; tombstones at or below the floor are left out (R1). */
function changedRows(
  held: Scope,
  type: string,
  { position, floor }: Pick<Cursor, 'position' | 'floor'>,
): readonly Row[] {
  const version = (row: Row): number => Number(row.wire['version']);
  return [...held.rows.values()]
    .filter((row) => row.type === type && version(row) > position)
    .filter((row) => row.wire['deletedAt'] === null || version(row) > floor)
    .sort((a, b) => version(a) - version(b));
}

function ended(change: Wire, outcome: string, more: Wire): Wire {
  const { id = null, seq = null } = change;
  return { id, seq, outcome, replayed: false, record: null, conflicts: [], error: null, ...more };
}

function refusal(code: string, retry: string): ServerAnswer {
  return { errors: [{ message: code, extensions: { code, retry } }] };
}

function sorted(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as Wire).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${sorted(part)}`).join()}}`;
}
