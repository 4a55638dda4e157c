/**
 * The protocol in memory: what a server answers to the sync documents, rule by rule, with none of the API's code. Slow and plain on
 * purpose: the real one is compared with it, answer by answer.
 */
import type { Json, Manifest, TypeManifest, Values } from '../sync/manifest.ts';
import type { ChangeError, Settlement } from '../sync/model.ts';
import type { OperationClaim, TransportError, TransportRequest } from '../sync/ports.ts';
import { pageOf, type Line, type Scope } from './reference-delta.ts';
import { isAccepted, isRising, isUnique, namedBy, numberOf, payloadOf, sorted } from './reference-numbers.ts';
import { ReferencePush, refused, type SentChange, type Verdict } from './reference-push.ts';
import { UNWRITTEN, type Row, type RuledType, type Stamp, type Wire } from './reference-rules.ts';

/** What a reference server knows from the start. */
export interface ServerOptions {
  readonly manifest: Manifest;
  readonly now: () => number;
  /** Scopes by user id. */
  readonly access: Record<string, { id: string; access: 'READ' | 'WRITE' }[]>;
}

/** What happened in the server's history, in the order in which it happened: what a log of a run is made of. */
export type ServerFact =
  | {
      readonly kind: 'stored';
      readonly epoch: string;
      readonly scope: string;
      readonly type: string;
      readonly id: string;
      readonly version: number;
      readonly deleted: boolean;
      readonly values: Values;
      /** Fields that a device's change named; absent when somebody else wrote. */
      readonly named?: readonly string[];
    }
  | {
      readonly kind: 'executed';
      readonly epoch: string;
      readonly scope: string;
      readonly line: string;
      readonly seq: number;
      readonly outcome: Settlement['outcome'];
      readonly head: number;
      readonly position?: number;
      /** The change as it came; absent for an operation. */
      readonly payload?: string;
    }
  | {
      readonly kind: 'epochBegan';
      readonly epoch: string;
      readonly from: string;
      readonly heads: Readonly<Record<string, number>>;
    };

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
  /** A type's own rule, which sees its own record before (null: it is created) and after a change. */
  rule: (type: string, before: Values | null, after: Values) => ChangeError | null = () => null;
  /** Values that the server computes of a record's others after a change that was made `at` a canonical time (R25). */
  derive: (type: string, values: Values, at: string) => Values = () => ({});
  /** Called with each scope that got a new head. */
  onPoke: (scope: string, head: number) => void = () => undefined;
  /** Told what happens in the history. */
  observe: (fact: ServerFact) => void = () => undefined;
  /** Mutations of the author's own, by the name of their document. */
  readonly operations = new Map<string, ServerOperation>();
  /** How many changes and operations took effect, by epoch, device, scope and number (I7). */
  readonly executions = new Map<string, number>();
  private scopes = new Map<string, Scope>();
  /** The operation that runs: whose device asked for it, and what it did, which is told once it is certain. */
  private operating: { readonly user: string; readonly device: string; readonly facts: ServerFact[] } | null =
    null;

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
    // Numbers that have receipts are answered whoever may write now (R12).
    if (document.name === documents.push.name) return this.push(scope, { variables, user });
    if (this.accessOf(user, scope) === undefined) return refusal('SCOPE_FORBIDDEN', 'NEVER');
    if (document.name === documents.digest.name) return this.digest(scope);
    if (document.name === documents.pull.name) return this.pull(scope, { variables, user });
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

  /** An edit by someone else; in an operation, by the device that asked for it. */
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
    const from = this.epoch;
    return () => {
      this.scopes = structuredClone(saved);
      this.epoch = `epoch-${Number(this.epoch.slice(6)) + 1}`;
      const heads = Object.fromEntries([...saved].map(([id, { head }]) => [id, head]));
      this.observe({ kind: 'epochBegan', epoch: this.epoch, from, heads });
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
  private digest(scope: string): ServerAnswer {
    const scopeDigest = Object.keys(this.options.manifest.types).map((type) => {
      const live = this.records(type, scope).filter((wire) => wire['deletedAt'] === null);
      const lines = live.map((wire) => `${String(wire['id'])}:${String(wire['version'])}\n`);
      const idOf = (line: string): string => line.slice(0, line.indexOf(':'));
      lines.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
      return { type, count: live.length, sha256: lines.join(''), head: this.head(scope) };
    });
    return { data: { scopeDigest } };
  }

  private pull(scope: string, { variables, user }: { variables: Values; user: string }): ServerAnswer {
    const pages = this.pages(scope, variables, `${user}/${String(variables['device'])}`);
    if (pages.some(([, page]) => page === null)) return refusal('BAD_CURSOR', 'NEVER');
    return { data: Object.fromEntries(pages) as Json };
  }

  /** By type. `device`: user and device. */
  private pages(scope: string, variables: Values, device: string): (readonly [string, Wire | null])[] {
    return Object.values(this.options.manifest.types).map((type) => {
      const since = variables[`${type.single}Since`];
      const asked = { epoch: this.epoch, scope, type: type.name, since, device };
      return [type.name, pageOf(this.scope(scope), { ...asked, limit: Number(variables['limit']) })];
    });
  }

  /** R10: one scope, one after the other in the order of their numbers, whatever their type. */
  private push(scope: string, { variables, user }: { variables: Values; user: string }): ServerAnswer {
    const device = variables['device'] as Wire;
    const types = Object.values(this.options.manifest.types);
    const lists = types.map((type) => ({
      type,
      changes: (variables[`${type.single}Changes`] as Wire[]).map((wire) => ({
        type: this.ruled(type),
        wire,
      })),
    }));
    if (lists.some(({ changes }) => !isRising(changes)) || !isUnique(lists.flatMap(({ changes }) => changes)))
      return refusal('BAD_INPUT', 'NEVER');
    if (device['epoch'] !== undefined && device['epoch'] !== this.epoch)
      return refusal('EPOCH_CHANGED', 'NOW');
    const key = `${user}/${String(device['id'])}`;
    const before = this.head(scope);
    const verdicts = this.execute(scope, { device, user, changes: lists.flatMap(({ changes }) => changes) });
    const isReadable = this.accessOf(user, scope) !== undefined;
    const withDelta = variables['withDelta'] === true;
    const asked = withDelta ? this.pages(scope, variables, key) : [];
    const pages = asked.map(([, page]) => page);
    const problem = problemOf(isReadable, pages);
    const payloads = lists.map(({ type, changes }, at) => {
      const results = changes.map((change) => {
        const { id = null, seq = null } = change.wire;
        const record = isReadable ? (this.record(type.name, scope, String(id)) ?? null) : null;
        return structuredClone({ id, seq, ...verdicts.get(change), record }) as unknown as Json;
      });
      const delta = withDelta ? { delta: problem === null ? (pages[at] ?? null) : null } : {};
      return [type.name, { epoch: this.epoch, results, ...delta }] as const;
    });
    if (this.head(scope) > before) this.onPoke(scope, this.head(scope));
    const data = Object.fromEntries(payloads) as Json;
    // What was written is written: only the deltas are missing.
    if (!withDelta || problem === null) return { data };
    return { data, errors: lists.flatMap(() => refusal(problem, 'NEVER').errors ?? []) };
  }

  private execute(
    scope: string,
    sent: { readonly device: Wire; readonly user: string; readonly changes: readonly SentChange[] },
  ): ReadonlyMap<SentChange, Verdict> {
    const { device, user } = sent;
    const key = `${user}/${String(device['id'])}`;
    const line = this.line(scope, key);
    const changes = [...sent.changes].sort((a, b) => numberOf(a) - numberOf(b));
    const known = new Map(
      changes.map((change) => [change, this.knownVerdict({ scope, user, line }, change)]),
    );
    const push = new ReferencePush({
      ...{ scope, user, device: String(device['id']), epoch: this.epoch, now: this.options.now() },
      sentAt: Date.parse(String(device['sentAt'])),
      known: (change) => known.get(change) ?? null,
      refuse: (type, wire) => this.refuse(type, wire),
      // What a user may not read is not there (R6), for references neither.
      stored: (type, target, id) =>
        target === scope || this.accessOf(user, target) !== undefined
          ? this.scope(target).rows.get(`${type}/${id}`)
          : undefined,
    });
    push.execute(changes);
    const before = this.head(scope);
    for (const row of push.altered()) {
      const isNew = this.record(row.type, scope, String(row.wire['id'])) === undefined;
      this.write(scope, row, isNew ? undefined : namedBy(changes, row));
    }
    const fresh = changes.filter((change) => known.get(change) === null);
    if (fresh.length > 0) this.forget(scope, key, Math.min(Number(device['acknowledged']), line.last));
    for (const change of fresh) this.keep({ scope, key, line, before }, change, push.verdicts.get(change));
    return push.verdicts;
  }

  /** R12: with a receipt, the stored answer; below the last number without one, nothing; then access. */
  private knownVerdict(
    { scope, user, line }: { readonly scope: string; readonly user: string; readonly line: Line },
    change: SentChange,
  ): Verdict | null {
    const seq = numberOf(change);
    const receipt = line.receipts.get(seq);
    const no = (code: ChangeError['code']): Verdict => refused({ code, message: code, field: null });
    if (receipt !== undefined) {
      const isSame = receipt.payload === payloadOf(change) && receipt.verdict !== undefined;
      return isSame && receipt.verdict ? { ...receipt.verdict, replayed: true } : no('SEQ_REUSED');
    }
    if (seq <= line.last) return no('STALE_SEQ');
    return this.accessOf(user, scope) === 'WRITE' ? null : no('SCOPE_FORBIDDEN');
  }

  /** The receipt, in the transaction of the change (R12). */
  private keep(
    {
      scope,
      key,
      line,
      before,
    }: { readonly scope: string; readonly key: string; readonly line: Line; readonly before: number },
    change: SentChange,
    verdict: Verdict | undefined,
  ): void {
    if (verdict === undefined) return;
    const seq = numberOf(change);
    const { name } = change.type.manifest;
    const version = Number(this.record(name, scope, String(change.wire['id']))?.['version'] ?? 0);
    const position = isAccepted(verdict) && version > before ? { position: version } : {};
    const { outcome } = verdict;
    this.executed(scope, { line: key, seq, outcome, ...position, payload: JSON.stringify(change.wire) });
    line.last = Math.max(line.last, seq);
    line.receipts.set(seq, { payload: payloadOf(change), verdict });
  }

  /** The next position is the row's version, and that of what was changed with it. */
  private write(scope: string, row: Row, named?: readonly string[]): void {
    const held = this.scope(scope);
    const version = ++held.head;
    const stamps = Object.entries(row.stamps).map(([field, stamp]) => [
      field,
      stamp.version === UNWRITTEN ? { ...stamp, version } : stamp,
    ]);
    held.rows.set(`${row.type}/${String(row.wire['id'])}`, {
      ...row,
      wire: { ...row.wire, version },
      stamps: Object.fromEntries(stamps) as Row['stamps'],
    });
    this.tellStored(scope, { type: row.type, wire: { ...row.wire, version }, named });
  }

  private accessOf(user: string, scope: string): 'READ' | 'WRITE' | undefined {
    return this.access[user]?.find((known) => known.id === scope)?.access;
  }

  private ruled(manifest: TypeManifest): RuledType {
    return {
      manifest,
      rule: (before, after) => this.rule(manifest.name, before, after),
      derive: (values, at) => this.derive(manifest.name, values, at),
    };
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
    const result = this.attempt({ user, device: device.id }, () => operation({ variables, scope, user }));
    if (result === null) return refusal('INTERNAL', 'LATER');
    this.executed(scope, { line: key, seq, outcome: result['error'] === null ? 'APPLIED' : 'REJECTED' });
    const line = this.line(scope, key);
    this.forget(scope, key, Math.min(device.acknowledged, line.last));
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
    if (receipt?.payload === payload && receipt.result !== undefined)
      return { replayed: true, result: receipt.result };
    if (receipt !== undefined) {
      return { replayed: false, result: refusedWith('SEQ_REUSED', 'It belongs to another change', null) };
    }
    if (seq > line.last) return null;
    return { replayed: false, result: refusedWith('STALE_SEQ', 'Its receipt is gone', null) };
  }

  /** Null: it failed unforeseen, and nothing happened. */
  private attempt(by: { readonly user: string; readonly device: string }, work: () => Json): Wire | null {
    const before = structuredClone(this.scopes);
    const facts: ServerFact[] = [];
    this.operating = { ...by, facts };
    try {
      const data = work();
      this.operating = null;
      for (const fact of facts) this.observe(fact);
      return { data, error: null };
    } catch (error) {
      this.scopes = before;
      this.operating = null;
      return error instanceof OperationRefusal ? refusedWith(error.code, error.message, error.field) : null;
    }
  }

  private executed(
    scope: string,
    fact: Omit<Extract<ServerFact, { kind: 'executed' }>, 'kind' | 'epoch' | 'scope' | 'head'>,
  ): void {
    const execution = `${this.epoch}/${fact.line}/${scope}/${fact.seq}`;
    this.executions.set(execution, (this.executions.get(execution) ?? 0) + 1);
    this.observe({ kind: 'executed', epoch: this.epoch, scope, head: this.head(scope), ...fact });
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

  private store(
    scope: string,
    change: {
      type: string;
      id: string;
      values: Values;
      deleted: boolean | undefined;
      version: number;
    },
  ): void {
    const { rows } = this.scope(scope);
    const key = `${change.type}/${change.id}`;
    const before = rows.get(key);
    const now = this.options.now();
    const at = new Date(now).toISOString();
    const fields = this.options.manifest.types[change.type]?.fields ?? {};
    const defaults = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, field.default ?? null]),
    );
    const wire: Wire = { ...defaults, createdAt: at, deletedAt: null, ...before?.wire, ...change.values };
    Object.assign(wire, { id: change.id, scope, version: change.version, updatedAt: at });
    if (change.deleted !== undefined) wire['deletedAt'] = change.deleted ? at : null;
    const { user, device } = this.operating ?? { user: '', device: '' };
    const stamp: Stamp = { version: change.version, at: now, user, device };
    const changed = Object.keys(change.values).concat(change.deleted === undefined ? [] : 'deleted');
    const stamps = Object.fromEntries(changed.map((name) => [name, stamp]));
    rows.set(key, { type: change.type, wire, stamps: { '*': stamp, ...before?.stamps, ...stamps } });
    this.tellStored(scope, { type: change.type, wire, named: undefined });
  }

  private tellStored(
    scope: string,
    { type, wire, named }: { type: string; wire: Wire; named: readonly string[] | undefined },
  ): void {
    const names = Object.keys(this.options.manifest.types[type]?.fields ?? {});
    const fact: ServerFact = {
      ...{ kind: 'stored', epoch: this.epoch, scope, type, id: String(wire['id']) },
      version: Number(wire['version']),
      deleted: wire['deletedAt'] !== null,
      values: Object.fromEntries(names.map((name) => [name, wire[name] ?? null])),
      ...(named === undefined ? {} : { named }),
    };
    if (this.operating === null) this.observe(fact);
    else this.operating.facts.push(fact);
  }

  private scope(id: string): Scope {
    const known = this.scopes.get(id);
    if (known !== undefined) return known;
    const scope: Scope = { head: 0, rows: new Map(), devices: new Map(), horizon: {} };
    this.scopes.set(id, scope);
    return scope;
  }
}

const problemOf = (isReadable: boolean, pages: readonly unknown[]): string | null =>
  isReadable ? (pages.includes(null) ? 'BAD_CURSOR' : null) : 'SCOPE_FORBIDDEN';

type Operation = Pick<TransportRequest, 'document' | 'variables'> & { readonly claim: OperationClaim };

function refusedWith(code: ChangeError['code'], message: string, field: string | null): Wire {
  return { data: null, error: { code, message, field } };
}

function refusal(code: string, retry: string): ServerAnswer {
  return { errors: [{ message: code, extensions: { code, retry } }] };
}
