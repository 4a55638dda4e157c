import { manifest } from '../generated/manifest.ts';
import { createHttpTransport } from '../network/http-transport.ts';
import { systemRandom } from '../network/system-clock.ts';
import { createTokenSource } from '../network/token-source.ts';
import { memoryStorage, type MemoryDatabase } from '../storage/memory-storage.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { SyncEngine, WriteInput } from '../sync/model.ts';
import type { Host, HostEvent, Transport } from '../sync/ports.ts';
import { ManualClock, rest } from '../testing/manual-clock.ts';
import { SimulatedTabs } from '../testing/simulated-tabs.ts';

const CATALOG = 'catalog';
/** Steps of the clock, for a moment and for a long time. */
const STEP_MS = 100;
const LONG_STEP_MS = 1_000;
/** Of the device's own time: a day. */
const LIMIT_MS = 86_400_000;

export interface ShopOptions {
  /** Of the API or of what stands in front of it. */
  readonly url: string;
  /** The product whose stock counts the writes. */
  readonly shelf: string;
  readonly getToken: () => Promise<string>;
  /** What an earlier page left. Default: a first start. */
  readonly database?: MemoryDatabase;
  /** How long an answer may take, in real time: only what never comes takes longer. Default 30,000. */
  readonly timeoutMs?: number;
}

/** The host of a process: it says what a test lets it say. */
class ToldHost implements Host {
  private readonly listeners = new Set<(event: HostEvent) => void>();
  isOnline = () => true;
  isVisible = () => true;
  tell(event: HostEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  listen(listener: (event: HostEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Counts what is on its way, so that the clock stands while somebody waits for the network. */
class CountingTransport implements Transport {
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(private readonly inner: Transport) {}

  send: Transport['send'] = (request) => this.count(this.inner.send(request));
  refreshToken: Transport['refreshToken'] = () => this.count(this.inner.refreshToken());

  /** Resolves when nothing is on its way, and what came back has had its effect. */
  async quiet(): Promise<void> {
    await rest();
    while (this.underWay.size > 0) {
      await Promise.all(this.underWay);
      await rest();
    }
  }

  private count<T>(answer: Promise<T>): Promise<T> {
    this.underWay.add(answer);
    return answer.finally(() => this.underWay.delete(answer));
  }
}

interface Around {
  readonly clock: ManualClock;
  readonly host: ToldHost;
  readonly transport: CountingTransport;
}

/** The real engine and the real transport over a real network, on a clock that a test moves: only waiting takes no time. */
export class ShopDevice {
  private constructor(
    readonly engine: SyncEngine,
    private readonly shelf: string,
    private readonly around: Around,
  ) {}

  static async open({
    url,
    shelf,
    getToken,
    database,
    timeoutMs = 30_000,
  }: ShopOptions): Promise<ShopDevice> {
    const clock = new ManualClock(Date.now());
    const host = new ToldHost();
    const tabs = new SimulatedTabs();
    const tokens = createTokenSource(getToken, clock);
    const { protocol } = manifest;
    const transport = new CountingTransport(
      createHttpTransport({ uri: `${url}/graphql`, protocol, tokens, clock, timeoutMs }),
    );
    const engine = await createSyncEngine({
      manifest,
      user: { id: 'sam' },
      options: { batchMaxChanges: 4 },
      ports: {
        storage: memoryStorage(database),
        clock,
        timers: clock,
        random: systemRandom,
        transport,
        pokes: { listen: () => () => undefined },
        host,
        leadership: tabs.leadership(),
        channel: tabs.channel(),
      },
    });
    return new ShopDevice(engine, shelf, { clock, host, transport });
  }

  /** The page hears this of its host. */
  tell(event: HostEvent): void {
    this.around.host.tell(event);
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }

  /** One note more, and one piece more in stock, in one write. */
  async write(number: number, content = ''): Promise<void> {
    const product = { type: 'Product', scope: CATALOG, id: this.shelf };
    const stock = Number(this.engine.read(product)?.values['stock']) + 1;
    const note = { type: 'Note', scope: CATALOG, id: `${this.shelf}-${number}`, values: { content } };
    await this.put([note, { ...product, values: { stock } }]);
  }

  writeNote(id: string, content: string): Promise<void> {
    return this.put([{ type: 'Note', scope: CATALOG, id, values: { content } }]);
  }

  /** What this device shows of the shelf. */
  shown(): { readonly stock: unknown; readonly notes: number } {
    const notes = this.engine.list({ type: 'Note', scopes: [CATALOG], limit: 1_000_000 });
    const ids = notes.status === 'ready' ? notes.value.map(({ id }) => id) : [];
    return {
      stock: this.engine.read({ type: 'Product', scope: CATALOG, id: this.shelf })?.values['stock'],
      notes: ids.filter((id) => id.startsWith(`${this.shelf}-`)).length,
    };
  }

  lists(): { readonly pending: number; readonly failed: number; readonly conflicts: number } {
    const { pending, failed, conflicts } = this.engine.status();
    return { pending, failed, conflicts };
  }

  /** Lets so much of the device's time pass. */
  async pass(ms: number): Promise<void> {
    const step = ms < 10 * LONG_STEP_MS ? STEP_MS : LONG_STEP_MS;
    for (let passed = 0; passed < ms; passed += step) {
      await this.around.transport.quiet();
      await this.around.clock.pass(step);
    }
    await this.around.transport.quiet();
  }

  async until(holds: () => boolean): Promise<void> {
    for (let passed = 0; !holds(); passed += STEP_MS) {
      if (passed > LIMIT_MS)
        throw new Error(`It did not come to hold: ${JSON.stringify(this.engine.status())}`);
      await this.pass(STEP_MS);
    }
  }

  /** Everything was sent and fetched, and nothing is under way. */
  untilIdle(): Promise<void> {
    return this.until(() => {
      const { phase, pending, scopes } = this.engine.status();
      return phase === 'idle' && pending === 0 && scopes.length > 1 && scopes.every(({ synced }) => synced);
    });
  }

  private async put(inputs: readonly WriteInput[]): Promise<void> {
    const results = await this.engine.write(inputs);
    if (results.some(({ outcome }) => outcome !== 'QUEUED')) throw new Error(JSON.stringify(results));
  }
}
