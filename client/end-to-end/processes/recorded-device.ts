import { WebSocket } from 'ws';
import { manifest } from '../../generated/manifest.ts';
import { createOfflineClient, type Holdfast } from '../../index.ts';
import { memoryStorage } from '../../storage/memory-storage.ts';
import type { VisibleRecord, WriteInput } from '../../sync/model.ts';
import { DeviceRecorder } from '../checker/device-recorder.ts';
import type { LogEvent } from '../checker/events.ts';

/** How often somebody writes, on average. */
const PAUSE_MS = 60;
const NOTES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const NOTEBOOKS = ['b1', 'b2'];
const TEAM = 'team:demo';
const CATALOG = 'catalog';
/** What `CountedProduct` counts in. */
export const COUNTED = { type: 'Product', scope: CATALOG, id: 'counted' } as const;

export interface RecordedDeviceOptions {
  readonly name: string;
  readonly user: string;
  /** Of what stands in front of the API. */
  readonly url: string;
  readonly getToken: () => Promise<string>;
  /** From 0 up to 1, seeded. */
  readonly random: () => number;
  readonly tell: (event: LogEvent) => void;
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
  }

  close(): Promise<void> {
    return this.client?.close() ?? Promise.resolve();
  }

  /** Writes and looks until told to stop. */
  async work(signal: AbortSignal): Promise<void> {
    const { random } = this.options;
    while (!signal.aborted) {
      await this.write();
      if (random() < 0.3) this.look();
      await pause(random() * 2 * PAUSE_MS);
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

  /** Reads all that it shows. */
  look(): void {
    const lists = ['Note', 'Notebook', 'Product'].map((type) => this.sync.list({ type, limit: 10_000 }));
    const refs = lists.flatMap((list) => (list.status === 'ready' ? list.value : []));
    const shown = refs.flatMap((ref) => this.sync.read(ref) ?? []);
    const scopes = [...new Set(shown.map(({ scope }) => scope))];
    for (const scope of scopes) {
      const records = shown.filter((record) => record.scope === scope).map(seenRecord);
      this.recorder.note({ kind: 'shown', tab: 'page', scope, records });
    }
  }

  private async write(): Promise<void> {
    const inputs = this.options.user === 'sam' ? this.catalogInputs() : this.teamInputs();
    const names = inputs.map(() => `${this.name}-w${++this.writes}`);
    inputs.forEach((input, at) => {
      const { type, scope = '', id, values, deleted } = input;
      const more = deleted === undefined ? {} : { deleted };
      this.recorder.note({
        ...{ kind: 'begun', tab: 'page', write: names[at] ?? '', scope, type, id, values },
        ...more,
      });
    });
    const results = await this.sync.write(inputs);
    for (const [at, result] of results.entries()) {
      const write = names[at] ?? '';
      if (result.outcome !== 'QUEUED') throw new Error(`${write} was refused: ${JSON.stringify(result)}`);
      await this.queued(write, { change: result.change, scope: inputs[at]?.scope ?? '' });
      this.accepted.all += 1;
      if (inputs[at]?.id === COUNTED.id) this.accepted.counted += 1;
    }
  }

  /** What equals what is shown is answered at once: there is nothing to store, and it says so. */
  private async queued(write: string, { change, scope }: { change: string; scope: string }): Promise<void> {
    if (!this.recorder.hasStored(change)) {
      const end = await this.sync.settled(change);
      if (end?.outcome !== 'APPLIED') throw new Error(`${write} was answered QUEUED and stored nowhere`);
      this.recorder.neverStored(change, scope);
    }
    this.recorder.note({ kind: 'queued', write, change });
  }

  /** Notes and notebooks that several people edit, create and delete; now and then two in one group. */
  private teamInputs(): readonly WriteInput[] {
    const { random } = this.options;
    const text = `${this.name} ${this.writes}`;
    const dice = random();
    if (dice < 0.2)
      return [{ type: 'Note', scope: TEAM, id: `${this.name}-${this.writes}`, values: { title: text } }];
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

  /** One note more and one piece more, together. */
  private catalogInputs(): readonly WriteInput[] {
    const stock = this.sync.read(COUNTED)?.values['stock'];
    const note = {
      type: 'Note',
      scope: CATALOG,
      id: `${this.name}-${this.writes}`,
      values: { title: 'one' },
    };
    if (typeof stock !== 'number') return [note];
    const group = `g${this.writes}`;
    return [
      { ...note, group },
      { ...COUNTED, values: { stock: stock + 1 }, group },
    ];
  }
}

function seenRecord({ type, id, version, deletedAt, values, state }: VisibleRecord) {
  return { type, id, version, deleted: deletedAt !== null, values, state };
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
