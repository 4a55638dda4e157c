import { ClockWatch } from './clock-watch.ts';
import { openScopes, type Core } from './core.ts';
import { HeadsAsker } from './heads-asker.ts';
import { LaneRunner } from './lane-runner.ts';
import { stepDevice, type DeviceAction, type DeviceEvent, type DeviceState, type Facts } from './machine.ts';
import { Outside } from './outside.ts';
import { Puller } from './puller.ts';
import { Pusher } from './pusher.ts';
import { FencedError } from './storage-port.ts';
import { Verifier } from './verifier.ts';
import { retryWith, type WorkResult } from './work-result.ts';

type Ended<K extends WorkResult['kind']> = Extract<WorkResult, { kind: K }>;
type LaneEnd = WorkResult | { readonly kind: 'threw'; readonly error: unknown };

type OutsideVerb = Exclude<
  DeviceAction['do'],
  'push' | 'pull' | 'retryPush' | 'flush' | 'openLanes' | 'closeLanes' | 'resetLanes'
>;

export interface ConductorEvents {
  /** Something the status shows may have changed. */
  onTurn(): void;
  askLeader(): void;
  /** A tab may have died in mid write. */
  recover(): void;
}

/** Performs what the machine decides: lanes, leadership, pokes, timers. */
export class Conductor {
  state: DeviceState = 'stopped';
  /** What requests show; the host's word until the first one. */
  isReachable = true;
  problem: { readonly code: string; readonly message: string } | null = null;
  readonly pusher: Pusher;
  readonly verifier: Verifier;
  private readonly puller: Puller;
  private readonly outside: Outside;
  private readonly heads: LaneRunner;
  private readonly pushes = new Map<string, LaneRunner>();
  private readonly pulls = new Map<string, LaneRunner>();
  private isRenewing: Promise<boolean> | null = null;
  private isTokenFresh = false;
  private renewals = 0;
  private isHiding = false;

  constructor(
    private readonly core: Core,
    private readonly events: ConductorEvents,
  ) {
    this.puller = new Puller(core);
    const clockWatch = new ClockWatch(core);
    this.pusher = new Pusher(core, clockWatch, (scope) => this.pulls.get(scope)?.isRunning === true);
    this.outside = new Outside(core, clockWatch, (event) => this.tell(event));
    this.verifier = new Verifier(core);
    const asker = new HeadsAsker(core, this.verifier, (scope) => this.pull(scope));
    this.heads = new LaneRunner(
      core,
      () => this.withToken(() => asker.run()),
      (end) => this.ended(end, null, 'heads'),
    );
  }

  get isLeader(): boolean {
    return this.state !== 'stopped' && this.state !== 'following';
  }

  get isPulling(): boolean {
    return [...this.pulls.values()].some((lane) => lane.isRunning);
  }

  get isPushing(): boolean {
    return [...this.pushes.values()].some((lane) => lane.isRunning);
  }

  get isAsking(): boolean {
    return this.heads.isRunning;
  }

  /** The next try of a lane that waits, wall clock milliseconds. */
  get retryAt(): number | null {
    const times = this.lanes()
      .map((lane) => lane.retryAt)
      .filter((at) => at !== null);
    if (times.length === 0) return null;
    const { clock } = this.core.ports;
    return clock.now() + Math.max(0, Math.min(...times) - clock.monotonic());
  }

  get laneError(): { readonly code: string; readonly message: string } | null {
    return (
      this.lanes()
        .map((lane) => lane.error)
        .find((error) => error !== null) ?? null
    );
  }

  facts(): Facts {
    return { isOnline: this.core.ports.host.isOnline(), isPaused: this.core.replica.meta.paused === true };
  }

  tell(event: DeviceEvent): void {
    const step = stepDevice(this.state, event);
    this.state = step.state;
    if (this.state === 'leading' || this.state === 'offline') this.heads.open();
    else this.heads.close();
    for (const action of step.actions) this.perform(action);
    this.events.onTurn();
  }

  private perform(action: DeviceAction): void {
    switch (action.do) {
      case 'push':
        return this.pushLane(action.scope).soon(
          this.core.options.writeDebounceMs,
          this.core.options.writeDebounceMaxMs,
        );
      case 'pull':
        return this.pull(action.scope);
      case 'retryPush':
        this.pushLane(action.scope).now();
        return this.pushLane(action.scope).reset();
      case 'flush':
        return this.flush(action.keepalive);
      case 'openLanes':
        return this.openLanes();
      case 'closeLanes':
        for (const lane of [...this.pushes.values(), ...this.pulls.values()]) lane.close();
        return;
      case 'resetLanes':
        for (const lane of this.lanes()) lane.reset();
        return;
      default:
        return this.performOutside(action.do);
    }
  }

  private performOutside(verb: OutsideVerb): void {
    const { outside } = this;
    const verbs: Readonly<Record<OutsideVerb, () => void>> = {
      pullAll: () => openScopes(this.core).forEach((scope) => this.pull(scope)),
      askHeads: () => this.heads.now(),
      follow: () => this.follow(),
      tidy: () => this.tidy(),
      campaign: () => outside.start(),
      resign: () => outside.stop(),
      listenPokes: () => outside.listenPokes(),
      closePokes: () => outside.closePokes(),
      renewToken: () =>
        void this.renewToken().then((isRenewed) => isRenewed && this.tell({ type: 'signedIn' })),
      askLeader: () => this.events.askLeader(),
    };
    verbs[verb]();
  }

  /** A leader pushes what other tabs wrote; their announcements may be lost, so every reading looks. */
  private follow(): void {
    void this.outside.follow().then(() => {
      if (this.state !== 'leading') return;
      for (const scope of this.scopesWithWork()) this.tell({ type: 'write', scope });
    });
  }

  private tidy(): void {
    this.events.recover();
    this.outside.tidy(!this.isPulling && !this.isPushing);
  }

  private openLanes(): void {
    this.isTokenFresh = false;
    this.events.recover();
    for (const scope of this.scopesWithWork()) this.pushLane(scope).now();
    for (const lane of [...this.pulls.values(), ...this.pushes.values()]) lane.open();
  }

  private scopesWithWork(): ReadonlySet<string> {
    return new Set(
      this.core.replica
        .changes()
        .filter((row) => row.state === 'pending')
        .map((row) => row.scope),
    );
  }

  private flush(keepalive: boolean): void {
    this.isHiding = keepalive;
    for (const scope of this.scopesWithWork()) this.pushLane(scope).now();
    this.isHiding = false;
  }

  private pull(scope: string): void {
    this.laneOf(this.pulls, scope, () => this.puller.run(scope)).now();
  }

  private pushLane(scope: string): LaneRunner {
    return this.laneOf(this.pushes, scope, () => this.pusher.run(scope, this.isHiding));
  }

  private laneOf(lanes: Map<string, LaneRunner>, scope: string, work: () => Promise<WorkResult>): LaneRunner {
    const known = lanes.get(scope);
    if (known !== undefined) return known;
    const kind = lanes === this.pushes ? 'push' : 'pull';
    const lane = new LaneRunner(
      this.core,
      () => this.withToken(work),
      (end) => this.ended(end, scope, kind),
    );
    lanes.set(scope, lane);
    if (this.state === 'leading') lane.open();
    return lane;
  }

  private lanes(): readonly LaneRunner[] {
    return [this.heads, ...this.pushes.values(), ...this.pulls.values()];
  }

  private ended(end: LaneEnd, scope: string | null, kind: 'push' | 'pull' | 'heads'): void {
    switch (end.kind) {
      case 'done':
        return this.done(end, scope, kind);
      case 'retry':
        return this.retrying(end, scope);
      case 'signedOut':
        return this.signedOut(end.code);
      case 'upgradeNeeded':
        this.problem = { code: 'UPGRADE_NEEDED', message: end.message };
        return this.tell({ type: 'upgrade' });
      case 'threw':
        return this.threw(end.error);
    }
  }

  private done(end: Ended<'done'>, scope: string | null, kind: 'push' | 'pull' | 'heads'): void {
    // Only an answer that was let in shows that the token is good: a server that is reached may still refuse it.
    this.isTokenFresh = false;
    this.reached(true);
    if (scope === null) return;
    const { needsPull = false, needsHeads = false } = end;
    if (kind === 'push') return this.tell({ type: 'pushed', scope, needsPull, needsHeads });
    return this.tell({ type: 'pulled', scope, isNewEpoch: end.isNewEpoch === true });
  }

  private retrying({ isReachable, needsPull, needsHeads }: Ended<'retry'>, scope: string | null): void {
    if (isReachable !== undefined) this.reached(isReachable);
    this.tell({ type: 'failed', scope, needsPull: needsPull === true, needsHeads: needsHeads === true });
  }

  private reached(isReachable: boolean): void {
    this.isReachable = isReachable;
    if (!isReachable) return;
    this.problem = null;
    this.tell({ type: 'reached' });
  }

  /** The token is renewed once; a second refusal means that the person has to sign in. */
  private signedOut(code: string): void {
    this.isReachable = true;
    this.problem = { code, message: 'Sign in to go on syncing; what was written here is kept' };
    if (this.isTokenFresh) return this.tell({ type: 'signedOut' });
    void this.renewToken().then((isRenewed) => {
      if (!isRenewed) return this.tell({ type: 'signedOut' });
      this.isTokenFresh = true;
      for (const lane of this.lanes()) lane.reset();
    });
  }

  private renewToken(): Promise<boolean> {
    this.isRenewing ??= this.core.ports.transport
      .refreshToken()
      .catch(() => false)
      .then((isRenewed) => {
        this.renewals += Number(isRenewed);
        this.isRenewing = null;
        return isRenewed;
      });
    return this.isRenewing;
  }

  /** A refusal of a token that was renewed meanwhile says nothing about the new one. */
  private async withToken(work: () => Promise<WorkResult>): Promise<WorkResult> {
    const { renewals } = this;
    const result = await work();
    const isOld = result.kind === 'signedOut' && renewals !== this.renewals;
    return isOld
      ? retryWith('TOKEN_RENEWED', 'The token was renewed meanwhile', { isReachable: true })
      : result;
  }

  /** A zombie stops at once. A storage that fails is tried again, as the lane decided; the status says so. */
  private threw(error: unknown): void {
    if (error instanceof FencedError) return this.outside.fencedOff(error);
    this.reportStorage(error);
  }

  reportStorage(error: unknown): void {
    const message = error instanceof Error ? error.message : 'unknown';
    this.problem = { code: 'STORAGE', message };
    this.events.onTurn();
  }
}
