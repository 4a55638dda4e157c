import type { Manifest } from '../../sync/manifest.ts';
import type { TransportRequest } from '../../sync/ports.ts';
import { OperationRefusal, ReferenceServer, type ServerAnswer } from '../../testing/reference-server.ts';
import { testManifest } from '../../testing/test-manifest.ts';
import type { LogEvent } from '../checker/events.ts';
import { drawnLuck, type Luck } from './luck.ts';
import { Draw, wordsOf, type Plan, type Words } from './plan.ts';
import { RareCounts } from './rare-paths.ts';
import { Scheduler, type Owner } from './scheduler.ts';
import { SimulatedDevice } from './simulated-device.ts';
import { STARTED_AT, type AroundDevice } from './surroundings.ts';
import type { Trace } from './trace.ts';

const TEAM = 'team:demo';
const CATALOG = 'catalog';
const USERS = ['ada', 'ben', 'cy'] as const;

type Access = ReferenceServer['access'][string];

export const accessOf = (user: string): Access => [
  { id: `user:${user}`, access: 'WRITE' },
  { id: TEAM, access: 'WRITE' },
  { id: CATALOG, access: 'READ' },
];

/** A server, devices around it, and the one clock and order in which all of it happens. */
export class World implements AroundDevice {
  readonly manifest: Manifest = testManifest;
  readonly scheduler: Scheduler;
  readonly server: ReferenceServer;
  readonly devices: SimulatedDevice[];
  readonly log: LogEvent[] = [];
  readonly rare = new RareCounts();
  readonly luck: Luck;
  readonly words: Words;
  /** What went wrong beyond what the log shows: errors that nobody expected. */
  readonly errors: string[] = [];
  /** Bytes of a request body above which it is refused. */
  readonly bodyLimit: number;
  readonly backups: (() => void)[] = [];
  restores = 0;
  /** Happens right after the server has answered. */
  ambush: ((request: TransportRequest) => void) | null = null;
  /** Writes that were begun. */
  writes = 0;
  /** No more faults. */
  isQuiet = false;

  /** @param own what is left open is decided by another one's luck, and the server begins empty. Default: all is drawn by the plan's seed. */
  constructor(
    readonly plan: Plan,
    trace: Trace,
    own?: { readonly scheduler: Scheduler; readonly luck: Luck },
  ) {
    const draw = new Draw(plan.seed * 31 + 7);
    const drawn = ({ length }: readonly unknown[]): number => (length === 1 ? 0 : draw.below(length));
    this.scheduler = own?.scheduler ?? new Scheduler(drawn, trace);
    this.luck = own?.luck ?? drawnLuck(plan);
    this.words = wordsOf(plan.seed);
    this.bodyLimit = plan.faults.includes('tooLarge') ? 1_500 : Infinity;
    this.server = new ReferenceServer({
      manifest: this.manifest,
      now: () => STARTED_AT + this.scheduler.elapsedMs,
      access: Object.fromEntries(USERS.map((user) => [user, accessOf(user)])),
    });
    this.devices = plan.devices.map((device, index) => new SimulatedDevice(this, `d${index + 1}`, device));
    this.prepareServer();
    if (own === undefined) this.fillServer(draw);
    if (plan.faults.includes('restore')) this.backups.push(this.server.backup());
  }

  /** Starts something that ends when the scheduler lets it; what it throws is an error of the run. */
  begin(label: string, work: () => Promise<unknown>, owner: Owner | null = null): void {
    this.scheduler.trace.note(label);
    void work().catch((error: unknown) => {
      if (owner?.isAlive === false || isExpected(error)) return;
      this.errors.push(
        `${label}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    });
  }

  /** Part of the log, and of what two equal runs have in common. */
  tell(event: LogEvent): void {
    this.log.push(event);
    this.rare.sawEvent(event);
    if (event.kind !== 'checkpoint' && event.kind !== 'shown')
      this.scheduler.trace.note(JSON.stringify(event));
  }

  /** Rare paths that only the answers show. */
  sawAnswer(request: TransportRequest, answer: ServerAnswer): void {
    const code = answer.errors?.[0]?.extensions?.code;
    if (code !== undefined) this.rare.hit(`server: ${code}`);
    this.scheduler.trace.note(`server answers ${request.document.name} ${code ?? ''}`);
    if (!this.isQuiet) this.ambush?.(request);
    for (const part of Object.values(answer.data ?? {})) this.sawPart(part as AnswerPart | null);
  }

  private sawPart(part: AnswerPart | null): void {
    if (part?.reset === true) this.rare.hit('server: reset');
    if (part?.hasMore === true) this.rare.hit('server: a page and more');
    for (const { outcome, replayed, error } of part?.results ?? []) {
      this.rare.hit(`outcome: ${outcome}`);
      if (replayed) this.rare.hit('outcome: replayed');
      if (error !== null) this.rare.hit(`refused: ${error.code}`);
    }
  }

  private prepareServer(): void {
    const { server } = this;
    server.observe = (fact) => {
      // The server's own name of a line begins with the user.
      const line = fact.kind === 'executed' ? { line: fact.line.slice(fact.line.indexOf('/') + 1) } : {};
      this.tell({ source: 'server', ...fact, ...line });
    };
    server.refuse = (_, change) =>
      Object.values(change).includes('bad') ? { code: 'RULE_VIOLATED', message: 'no', field: null } : null;
    server.operations.set('Touch', ({ variables: { id, text }, scope }) => {
      if (text === 'bad') throw new OperationRefusal('RULE_VIOLATED', 'no');
      if (text === 'broken' && !this.isQuiet) throw new Error('unforeseen');
      server.put('Note', scope, { id: String(id), title: String(text) });
      server.put('Note', TEAM, { id: 'touched', title: String(text) });
      return { touch: true };
    });
    server.onPoke = (scope, head) => this.poke(scope, head, false);
  }

  private fillServer(draw: Draw): void {
    const { server } = this;
    for (const scope of [TEAM, CATALOG, 'user:ada'])
      for (let index = draw.below(4); index > 0; index--) {
        server.put('Notebook', scope, { id: `r${index}`, name: `n${index}` });
        server.put('Note', scope, { id: `r${index}`, title: `t${index}`, stars: 1 });
        server.put('Card', scope, { id: `r${index}`, text: `c${index}` });
      }
  }

  poke(scope: string, head: number, accessChanged: boolean): void {
    for (const { tabs } of this.devices) for (const tab of tabs) tab.poke({ scope, head, accessChanged });
  }
}

interface AnswerPart {
  readonly reset?: boolean;
  readonly hasMore?: boolean;
  readonly results?: readonly {
    readonly outcome: string;
    readonly replayed: boolean;
    readonly error: { readonly code: string } | null;
  }[];
}

/** What an app is told by design: a storage that failed, a decision about what is gone, a state in which it cannot be done. */
function isExpected(error: unknown): boolean {
  const { name } = error as { name?: string };
  return name === 'StorageError' || name === 'EngineError';
}
