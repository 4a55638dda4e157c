import type { Conductor } from './conductor.ts';
import { openScopes, type Core } from './core.ts';
import { EngineError } from './engine-error.ts';

/** `catchUp` in any tab: the leader does it, the others ask it through the database. */
export class CatchUp {
  private readonly waiters = new Set<{
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
    asked: number | null;
  }>();
  private wasBusy = false;
  private answeredUpTo = 0;

  constructor(
    private readonly core: Core,
    private readonly conductor: Conductor,
  ) {}

  /** Resolves when nothing is pending that could be sent and every cursor stood at its head once. Rejects when that cannot come. */
  start(): Promise<void> {
    const { conductor } = this;
    const done = new Promise<void>((resolve, reject) => this.waiters.add({ resolve, reject, asked: null }));
    this.wasBusy = false;
    conductor.tell({ type: 'catchUp' });
    this.check();
    return done;
  }

  /** A follower's wish, raised in the database; the leader sees it like any other change. */
  async askLeader(): Promise<void> {
    const asked = await this.core.store.commit('relaxed', async (tx) => {
      const next = ((await tx.meta('asked')) ?? 0) + 1;
      tx.putMeta('asked', next);
      return next;
    });
    for (const waiter of this.waiters) waiter.asked ??= asked;
  }

  /** Looks at what changed: called after every turn. */
  check(): void {
    this.serveOthers();
    if (this.waiters.size === 0) return;
    if (!this.conductor.isLeader && this.conductor.state !== 'stopped') return this.readAnswer();
    const end = this.end();
    if (end === 'busy') return;
    for (const waiter of this.waiters) {
      if (end === 'done') waiter.resolve();
      else waiter.reject(end);
    }
    this.waiters.clear();
  }

  private serveOthers(): void {
    const asked = this.core.replica.meta.asked ?? 0;
    const answered = Math.max(this.answeredUpTo, this.core.replica.meta.answered?.asked ?? 0);
    if (!this.conductor.isLeader || asked <= answered) return;
    this.answeredUpTo = asked;
    void this.start()
      .then(() => null)
      .catch((error: unknown) => (error instanceof EngineError ? error.code : 'STOPPED'))
      .then((problem) =>
        this.core.store.lead('relaxed', (tx) => Promise.resolve(tx.putMeta('answered', { asked, problem }))),
      )
      .catch(() => undefined);
  }

  private readAnswer(): void {
    const answer = this.core.replica.meta.answered;
    for (const waiter of this.waiters) {
      if (answer === undefined || waiter.asked === null || answer.asked < waiter.asked) continue;
      if (answer.problem === null) waiter.resolve();
      else
        waiter.reject(
          new EngineError('OFFLINE', 'LATER', `The tab that syncs could not catch up (${answer.problem})`),
        );
      this.waiters.delete(waiter);
    }
  }

  private end(): 'busy' | 'done' | EngineError {
    const { conductor, core } = this;
    const blocked = BLOCKED[conductor.state];
    if (blocked !== undefined) return blocked;
    const isBusy = conductor.isPulling || conductor.isPushing || conductor.isAsking;
    if (isBusy) {
      this.wasBusy = true;
      return 'busy';
    }
    if (!conductor.isReachable)
      return new EngineError(
        'OFFLINE',
        'LATER',
        'The server cannot be reached: what is pending stays stored',
      );
    if (!this.wasBusy || conductor.retryAt !== null) return 'busy';
    const isSendable = openScopes(core).some((scope) => conductor.pusher.hasWork(scope));
    const isSynced = openScopes(core).every((scope) => core.replica.scopes.get(scope)?.synced === true);
    return isSendable || !isSynced ? 'busy' : 'done';
  }
}

const BLOCKED: Readonly<Record<string, EngineError | undefined>> = {
  stopped: new EngineError('STOPPED', 'NEVER', 'The engine was stopped'),
  paused: new EngineError('PAUSED', 'LATER', 'Syncing is paused: resume first'),
  signedOut: new EngineError('SIGNED_OUT', 'LATER', 'Sign in first: what is pending stays stored'),
  upgradeNeeded: new EngineError(
    'UPGRADE_NEEDED',
    'NEVER',
    'Reload the app: this version is too old for the server',
  ),
};
