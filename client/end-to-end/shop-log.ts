import type { Page } from 'playwright-core';
import type { TestServer } from '../../api/testing/test-server.ts';
import { manifest } from '../generated/manifest.ts';
import { DeviceRecorder } from './checker/device-recorder.ts';
import type { Begun, DeviceFact, LogEvent } from './checker/events.ts';
import { keepJournal, violationsOf } from './processes/server-log.ts';
import type { Heard, Told } from './shop-page.ts';

/**
 * What the server did and what one browser profile stored and showed, for the checker. Pages tell of it as they go: a kill cuts off what
 * the last one had to say, and the next one tells first what its database holds beyond that.
 */
export class ShopLog {
  /** Called with what a page notes of itself. */
  onFact: (fact: DeviceFact) => void = () => undefined;
  private readonly events: LogEvent[] = [];
  private devices = 0;
  private recorder = this.newRecorder();
  private readonly unanswered = new Map<string, Begun>();
  private pages = 0;
  private counter = 0;

  private constructor(private readonly server: TestServer) {}

  /** From now on; what the server holds by now is where its history begins. */
  static async begin(server: TestServer): Promise<ShopLog> {
    await keepJournal(server.sql);
    return new ShopLog(server);
  }

  /** Hears this page, which is about to be opened. */
  async hear(page: Page): Promise<Heard> {
    // A function that Playwright exposes would answer each call: a page at work has no time for that.
    const session = await page.context().newCDPSession(page);
    session.on('Runtime.bindingCalled', ({ payload }) => {
      for (const told of JSON.parse(payload) as readonly Told[]) this.told(told);
    });
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: 'tell' });
    this.pages += 1;
    this.unanswered.clear();
    return { page: `page${this.pages}`, counter: this.counter };
  }

  /** Something was taken from the disk that had been heard of: what is left counts as another device's. */
  beginAnew(): void {
    this.recorder = this.newRecorder();
    this.counter = 0;
  }

  /** Writes of the last page that nobody heard an answer of. */
  get open(): readonly Begun[] {
    return [...this.unanswered.values()];
  }

  /** Something has its number, and nobody heard of an answer. */
  get isUnderWay(): boolean {
    return [...this.recorder.outbox.values()].some(({ seq }) => seq !== null);
  }

  /** How many facts of each of these kinds there are. */
  counts<K extends DeviceFact['kind']>(kinds: readonly K[]): Record<K, number> {
    const of = (kind: K): number => this.events.filter((event) => event.kind === kind).length;
    return Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as Record<K, number>;
  }

  /** What the checker says of all that happened so far. */
  violations(): Promise<readonly string[]> {
    return violationsOf(this.server, this.server.sql, this.events);
  }

  private newRecorder(): DeviceRecorder {
    this.devices += 1;
    const types = Object.keys(manifest.types);
    return new DeviceRecorder(`chromium${this.devices}`, types, (event) => this.events.push(event));
  }

  private told(told: Told): void {
    if (told.kind === 'stored') {
      this.counter = told.counter;
      return this.recorder.completed(told.delta);
    }
    if (told.kind === 'begun') this.unanswered.set(told.write, told);
    if (told.kind === 'queued' || told.kind === 'refused') this.unanswered.delete(told.write);
    this.recorder.note(told);
    this.onFact(told);
  }
}
