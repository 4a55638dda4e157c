import { WebSocket } from 'ws';
import { manifest } from '../../generated/manifest.ts';
import { createOfflineClient, type Holdfast } from '../../index.ts';
import { memoryStorage } from '../../storage/memory-storage.ts';
import type { RecordRef, WriteInput } from '../../sync/model.ts';
import { DeviceRecorder } from '../checker/device-recorder.ts';
import type { LogEvent } from '../checker/events.ts';
import { NotedPage } from '../checker/noted-page.ts';

const NOTES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const NOTEBOOKS = ['b1', 'b2'];
/** Each device makes so many notes and edits them from then on: what is logged at a checkpoint is all that there is. */
const OWN_NOTES = 50;
const TEAM = 'team:demo';
const CATALOG = 'catalog';
/** What `CountedProduct` counts in. */
export const COUNTED = { type: 'Product', scope: CATALOG, id: 'counted' } as const;

type Input = WriteInput & RecordRef;

export interface RecordedDeviceOptions {
  readonly name: string;
  readonly user: string;
  /** Of what stands in front of the API. */
  readonly url: string;
  readonly getToken: () => Promise<string>;
  /** From 0 up to 1, seeded. */
  readonly random: () => number;
  readonly tell: (event: LogEvent) => void;
  /** Between two writes, on average. */
  readonly pauseMs: number;
}

/**
 * A real client in this process: real time, real sockets, and a person who writes and looks all the time. All that its storage
 * completes and all that it shows is written down for the checker.
 */
export class RecordedDevice {
  /** Writes that were accepted. */
  readonly accepted = { all: 0, counted: 0 };
  readonly recorder: DeviceRecorder;
  private client: Holdfast | null = null;
  private page: NotedPage | null = null;
  private writes = 0;

  constructor(private readonly options: RecordedDeviceOptions) {
    this.recorder = new DeviceRecorder(options.name, Object.keys(manifest.types), options.tell);
  }

  get name(): string {
    return this.options.name;
  }

  get sync(): Holdfast['sync'] {
    if (this.client === null) throw new Error(`${this.options.name} is not open.`);
    return this.client.sync;
  }

  async open(): Promise<void> {
    const { user, url, getToken } = this.options;
    this.recorder.note({ kind: 'opened', tab: 'page' });
    this.client = await createOfflineClient({
      app: this.name,
      uri: `${url}/graphql`,
      manifest,
      user: { id: user, getToken },
      storage: this.recorder.observe(memoryStorage()),
      webSocketImpl: WebSocket,
      sync: {
        retryBaseMs: 20,
        retryCapMs: 300,
        writeDebounceMs: 10,
        writeDebounceMaxMs: 50,
        pollIntervalMs: 500,
      },
    });
    this.page = new NotedPage({
      name: 'page',
      sync: this.client.sync,
      note: (fact) => this.recorder.note(fact),
      beforeQueued: (change, scope) => this.beforeQueued(change, scope),
    });
  }

  close(): Promise<void> {
    return this.client?.close() ?? Promise.resolve();
  }

  /** Writes and looks until told to stop. */
  async work(signal: AbortSignal): Promise<void> {
    const { random, pauseMs } = this.options;
    while (!signal.aborted) {
      await this.write();
      if (random() < 0.3) this.page?.lookAtAll();
      await pause(random() * 2 * pauseMs);
    }
  }

  /** Everything that is accepted is settled and everything is fetched. */
  get isSettled(): boolean {
    const { phase, pending, scopes } = this.sync.status();
    return phase === 'idle' && pending === 0 && scopes.length > 0 && scopes.every(({ synced }) => synced);
  }

  /** What a person would see of it: nothing failed, nothing waits for a decision. */
  get problems(): readonly string[] {
    const { failed, conflicts } = this.sync.status();
    const said = this.sync.failed().map(({ ref, error }) => `${this.name}: ${ref?.id} ${error.code}`);
    return [...said, ...(failed + conflicts > said.length ? [`${this.name}: ${conflicts} conflicts`] : [])];
  }

  /** Nobody writes: what is shown and what is listed is noted. */
  lookAtAll(): void {
    this.page?.lookAtAll();
    this.page?.list();
  }

  private async write(): Promise<void> {
    this.writes += 1;
    const inputs = this.options.user === 'sam' ? this.catalogInputs() : this.teamInputs();
    const results = (await this.page?.write(inputs)) ?? [];
    for (const [at, result] of results.entries()) {
      if (result.outcome !== 'QUEUED') throw new Error(`${this.name} was refused: ${JSON.stringify(result)}`);
      this.accepted.all += 1;
      if (inputs[at]?.id === COUNTED.id) this.accepted.counted += 1;
    }
  }

  /** What equals what is shown is answered at once: there is nothing to store, and it says so. */
  private async beforeQueued(change: string, scope: string): Promise<void> {
    if (this.recorder.hasStored(change)) return;
    const end = await this.sync.settled(change);
    if (end?.outcome !== 'APPLIED') throw new Error(`${change} was answered QUEUED and stored nowhere`);
    this.recorder.neverStored(change, scope);
  }

  private get ownNote(): string {
    return `${this.name}-${this.writes % OWN_NOTES}`;
  }

  /** Notes and notebooks that several people edit, create and delete; now and then two in one group. */
  private teamInputs(): readonly Input[] {
    const { random } = this.options;
    const text = `${this.name} ${this.writes}`;
    const dice = random();
    if (dice < 0.2) return [{ type: 'Note', scope: TEAM, id: this.ownNote, values: { title: text } }];
    if (dice < 0.35)
      return [{ type: 'Notebook', scope: TEAM, id: pick(random, NOTEBOOKS), values: { name: text } }];
    const ref = { type: 'Note', scope: TEAM, id: pick(random, NOTES) };
    if (dice < 0.45) return [{ ...ref, values: {}, deleted: this.sync.read(ref) !== undefined }];
    if (dice < 0.6) return [{ ...ref, values: { tags: [pick(random, ['a', 'b', 'c'])] } }];
    if (dice < 0.75) return [{ ...ref, values: { content: `${text}\nshared\nlines` } }];
    if (dice < 0.9) return [{ ...ref, values: { title: text } }];
    const group = `g${this.writes}`;
    return [
      { ...ref, values: { pinned: random() < 0.5 }, group },
      {
        type: 'Notebook',
        scope: TEAM,
        id: pick(random, NOTEBOOKS),
        values: { name: text, color: text },
        group,
      },
    ];
  }

  /** A note says which piece it was, and there is one piece more, together. */
  private catalogInputs(): readonly Input[] {
    const stock = this.sync.read(COUNTED)?.values['stock'];
    const note = {
      type: 'Note',
      scope: CATALOG,
      id: this.ownNote,
      values: { title: `${this.name} ${this.writes}` },
    };
    if (typeof stock !== 'number') return [note];
    const group = `g${this.writes}`;
    return [
      { ...note, group },
      { ...COUNTED, values: { stock: stock + 1 }, group },
    ];
  }
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
