import { Background } from './background.ts';
import { CatchUp } from './catch-up.ts';
import { Conductor } from './conductor.ts';
import type { Core } from './core.ts';
import { Decisions } from './decisions.ts';
import { DeviceStore } from './device-store.ts';
import { EngineError } from './engine-error.ts';
import { DEFAULT_OPTIONS, UNCHANGED, type EngineSetup } from './engine-options.ts';
import { conflictsOf, failedWrites, pendingChanges } from './listings.ts';
import { Inspector } from './inspector.ts';
import { leave } from './leave.ts';
import { ExchangeLog } from './exchange-log.ts';
import { HotScreen } from './hot-screen.ts';
import { LocalQueries } from './local-queries.ts';
import type { Manifest, Values } from './manifest.ts';
import type * as Model from './model.ts';
import { Replica } from './replica.ts';
import { StatusBoard } from './status-board.ts';
import { Teller } from './teller.ts';
import { Writer } from './writer.ts';

/**
 * Opens the engine of one device database in this tab. Resolves when the outbox and the cursors are loaded; the records follow in
 * slices (until then lists answer `loading`, and writes wait). Rejects with `StorageError` when the storage cannot be read.
 */
export async function createSyncEngine(setup: EngineSetup): Promise<Model.SyncEngine> {
  const engine = new Engine(setup);
  await engine.start();
  return engine;
}

class Engine implements Model.SyncEngine {
  readonly manifest: Manifest;
  readonly ownScope: string;
  readonly inspector: Inspector;
  private readonly core: Core;
  private readonly queries: LocalQueries;
  private readonly writer: Writer;
  private readonly conductor: Conductor;
  private readonly decisions: Decisions;
  private readonly catchUps: CatchUp;
  private readonly teller: Teller;
  private readonly board: StatusBoard;
  private readonly background: Background;
  private readonly hot: HotScreen;
  private loaded: Promise<void> = Promise.resolve();
  private pullAskedAt = -Infinity;
  private isLeaving = false;

  constructor({ manifest, schema = UNCHANGED, user, ports: outer, options }: EngineSetup) {
    this.manifest = manifest;
    const log = new ExchangeLog(manifest);
    const ports = log.over(outer);
    this.ownScope = `user:${user.id}`;
    const replica = new Replica(manifest);
    const store = new DeviceStore(ports.storage, replica, {
      onApplied: () => this.teller.wake(),
      onSlice: () => this.queries.catchUp(),
      onStored: () => ports.channel.announce(),
    });
    const all = { ...DEFAULT_OPTIONS, ...options };
    const { ownScope } = this;
    this.core = { manifest, schema, ports, options: all, userId: user.id, ownScope, replica, store };
    this.inspector = new Inspector(this.core, log);
    this.conductor = new Conductor(this.core, {
      onTurn: () => this.teller.wake(),
      askLeader: () => void this.catchUps.askLeader().catch(() => undefined),
      recover: () => void this.recover().catch(() => undefined),
    });
    this.queries = new LocalQueries(this.core, () => this.board.isReachable());
    this.hot = new HotScreen(this.core, this.queries);
    this.board = new StatusBoard(this.core, this.conductor);
    this.background = new Background(this.core, this.conductor);
    this.catchUps = new CatchUp(this.core, this.conductor);
    this.teller = new Teller(this.core, {
      status: () => this.board.status(),
      readiness: (scopes) => this.queries.readiness(scopes).status,
      afterTick: () => this.afterTick(),
    });
    this.writer = new Writer(this.core, {
      onShown: () => this.teller.wake(),
      onStored: (scopes) => this.wrote(scopes),
    });
    this.decisions = new Decisions(this.core, (scope) => this.wrote([scope]));
  }

  async start(): Promise<void> {
    const screen = this.hot.read();
    await this.core.store.begin();
    await this.hot.take(await screen).catch(() => undefined);
    this.loaded = this.core.store.load((tx, key) => this.writer.recover(tx, key));
    this.loaded.catch((error: unknown) => this.conductor.reportStorage(error));
    this.hot.start();
    this.background.start(() => this.teller.wake());
    this.conductor.tell({ type: 'start' });
    this.core.ports.storage.onGone(() => void this.lostStorage('close'));
  }

  read(ref: Model.RecordRef): Model.VisibleRecord | undefined {
    return this.core.replica.visible(ref);
  }

  single(type: string, id: string, scope?: string): Model.LocalAnswer<Model.VisibleRecord | null> {
    return this.queries.single(type, id, scope);
  }

  list(query: Model.ListQuery): Model.LocalAnswer<readonly Model.RecordRef[]> {
    return this.queries.list(query);
  }

  count(query: Omit<Model.ListQuery, 'orderBy' | 'limit' | 'offset'>): Model.LocalAnswer<number> {
    return this.queries.count(query);
  }

  ready(scopes?: readonly string[]): Promise<void> {
    return this.teller.ready(scopes);
  }

  onChange(listener: (changes: Model.VisibleChanges) => void): Model.Unsubscribe {
    return this.teller.onChange(listener);
  }

  async write(inputs: readonly Model.WriteInput[]): Promise<readonly Model.WriteResult[]> {
    if (!this.mayWriteNow) await this.mayWrite();
    return this.writer.write(inputs);
  }

  async queue(operation: Model.OperationInput): Promise<Model.OperationResult> {
    if (!this.mayWriteNow) await this.mayWrite();
    return this.writer.queue(operation);
  }

  settled(target: string | Model.RecordRef): Promise<Model.Settlement | null> {
    return this.teller.settled(target);
  }

  status(): Model.SyncStatus {
    return this.board.status();
  }

  onStatus(listener: (status: Model.SyncStatus) => void): Model.Unsubscribe {
    return this.teller.onStatus(listener);
  }

  pending(): readonly Model.PendingChange[] {
    return pendingChanges(this.core.replica, this.manifest);
  }

  conflicts(): readonly Model.Conflict[] {
    return conflictsOf(this.core.replica);
  }

  resolve(ref: Model.RecordRef, decision: 'yours' | 'theirs' | Values): Promise<void> {
    return this.decisions.resolve(ref, decision);
  }

  failed(): readonly Model.FailedWrite[] {
    return failedWrites(this.core.replica);
  }

  retry(change: string): Promise<void> {
    return this.decisions.retry(change);
  }

  edit(change: string, values: Values): Promise<void> {
    return this.decisions.edit(change, values);
  }

  discard(change: string): Promise<void> {
    return this.decisions.discard(change);
  }

  history(): readonly Model.SupersededChange[] {
    return [...this.core.replica.history.values()]
      .sort((a, b) => b.order - a.order)
      .map(({ order: _, ...entry }) => entry);
  }

  async restore(id: string): Promise<void> {
    const [result] = await this.write([this.decisions.restoring(id)]);
    if (result?.outcome === 'REJECTED') throw new EngineError('BAD_INPUT', 'NEVER', result.error.message);
    await this.decisions.forget(id);
  }

  dismiss(id: string): Promise<void> {
    return this.decisions.dismiss(id);
  }

  exportWork(): Model.ExportedWork {
    const exportedAt = new Date(this.core.ports.clock.now()).toISOString();
    const [pending, failed, conflicts] = [this.pending(), this.failed(), this.conflicts()];
    return { exportedAt, user: this.core.userId, pending, failed, conflicts };
  }

  async verify(): Promise<readonly Model.ScopeCheck[]> {
    const checks = await this.conductor.verifier.checkAll();
    if (checks.some(({ outcome }) => outcome === 'differs')) this.conductor.tell({ type: 'pullWanted' });
    return checks;
  }

  requestPull(): void {
    const now = this.core.ports.clock.monotonic();
    if (now - this.pullAskedAt < this.core.options.requestThrottleMs) return;
    this.pullAskedAt = now;
    this.conductor.tell({ type: 'pullWanted' });
  }

  catchUp(): Promise<void> {
    return this.catchUps.start();
  }

  async pause(): Promise<void> {
    await this.core.store.commit('strict', (tx) => Promise.resolve(tx.putMeta('paused', true)));
  }

  async resume(): Promise<void> {
    await this.core.store.commit('strict', (tx) => Promise.resolve(tx.putMeta('paused', false)));
    // Whoever resumes has signed in again; whether that is so, the next request tells.
    if (this.conductor.state === 'signedOut') this.conductor.tell({ type: 'signedIn' });
  }

  open(scope: string): Promise<void> {
    return this.putClosed((closed) => closed.filter((id) => id !== scope));
  }

  close(scope: string): Promise<void> {
    return this.putClosed((closed) => [...closed.filter((id) => id !== scope), scope]);
  }

  async signOut(choice?: Model.SignOutChoice): Promise<Model.ExportedWork | null> {
    if (choice === 'sync') await this.catchUp();
    // Of a write that is being stored it is not known yet whether it will be.
    while (this.writer.isStoring) await this.core.store.idle();
    await this.recover().catch(() => undefined);
    const end = await leave(this.core, choice, () => (this.isLeaving = true));
    this.isLeaving = true;
    const exported = choice === 'export' ? this.exportWork() : null;
    await this.halt();
    await this.core.ports.storage[end]();
    return exported;
  }

  async stop(): Promise<void> {
    await this.halt();
    await this.core.ports.storage.close();
  }

  setWaiting(count: number): void {
    this.board.waiting = count;
    this.teller.wake();
  }

  /**
   * Deleted by a sign-out in another tab, or by the browser; or about to be: the tab that signs out may die before it has deleted
   * anything, so whoever sees that completes it. What is in memory may be the last copy: it can still be exported.
   */
  private async lostStorage(end: 'close' | 'destroy'): Promise<void> {
    if (!this.isLeaving) {
      const message = 'What this device kept was deleted, by a sign-out in another tab or by the browser';
      this.board.lost = { code: 'STORAGE_GONE', message };
    }
    await this.halt();
    await this.core.ports.storage[end]();
  }

  /** Then nothing is awaited: a write is shown at once, and keeps its place among those of one tick. */
  private get mayWriteNow(): boolean {
    return this.core.store.isLoaded && !this.isLeaving;
  }

  /** What a write is made on has to be known: until the records are loaded it waits. */
  private async mayWrite(): Promise<void> {
    if (!this.core.store.isLoaded) await this.loaded;
    if (this.isLeaving) throw new EngineError('STOPPED', 'NEVER', 'The user is being signed out');
  }

  private async halt(): Promise<void> {
    this.conductor.tell({ type: 'stop' });
    this.background.stop();
    this.hot.stop();
    this.board.stop();
    this.catchUps.check();
    this.teller.stop();
    this.core.ports.channel.close();
    await this.core.store.idle();
  }

  private wrote(scopes: Iterable<string>): void {
    for (const scope of scopes) this.conductor.tell({ type: 'write', scope });
  }

  private async putClosed(change: (closed: readonly string[]) => readonly string[]): Promise<void> {
    await this.core.store.commit('strict', async (tx) => {
      tx.putMeta('closed', change((await tx.meta('closed')) ?? []));
    });
    for (const type of Object.keys(this.manifest.types)) this.core.replica.touchType(type);
    this.teller.wake();
    this.conductor.tell({ type: 'pullWanted' });
  }

  /** What tabs that died in mid write left. While the records are loaded that sees to it. */
  private async recover(): Promise<void> {
    if (!this.core.store.isLoaded) return;
    const isAny = await this.core.store.recover((tx, key) => this.writer.recover(tx, key));
    if (isAny) this.conductor.tell({ type: 'announced' });
  }

  /** What other tabs decided is obeyed, and what was told is remembered. */
  private afterTick(): void {
    const { paused, leaving } = this.core.replica.meta;
    const isPaused = paused === true;
    const { state } = this.conductor;
    if (leaving === true && !this.isLeaving && state !== 'stopped')
      void this.lostStorage('destroy').catch(() => undefined);
    if (isPaused && PAUSABLE.includes(state)) this.conductor.tell({ type: 'paused' });
    if (!isPaused && state === 'paused')
      this.conductor.tell({ type: 'unpaused', facts: this.conductor.facts() });
    this.catchUps.check();
    this.background.check();
    this.hot.check();
    this.board.tellOthers();
  }
}

/** States that a stored pause ends. A tab that does not lead has nothing to pause. */
const PAUSABLE: readonly string[] = ['leading', 'offline', 'signedOut'];
