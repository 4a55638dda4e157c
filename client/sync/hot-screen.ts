import type { Core } from './core.ts';
import type { LocalQueries, PresetAnswer } from './local-queries.ts';
import type { Unsubscribe } from './model.ts';
import type { PlacedCopy } from './replica.ts';

const KEY = 'engine.hot';
/** Not saved again before this long; an edit must not cost a whole screen. */
const SAVE_EVERY_MS = 30_000;
/** More than a screen's worth of text would be slower to read than the records themselves. */
const MAX_LENGTH = 262_144;

interface HotRow {
  /** The change counter this was true at. */
  readonly counter: number;
  readonly answers: readonly PresetAnswer[];
  readonly copies: readonly PlacedCopy[];
}

/**
 * What was last on the screen, kept as one row: the next page answers it before the records are loaded. It is used only while
 * nothing that bears on records was stored since.
 */
export class HotScreen {
  private stopListening: Unsubscribe | null = null;
  private cancel: Unsubscribe | null = null;
  private savedAt: number;

  constructor(
    private readonly core: Core,
    private readonly queries: LocalQueries,
  ) {
    this.savedAt = core.ports.clock.monotonic();
  }

  /** What the last page saved. */
  read(): Promise<string | null> {
    return this.core.ports.storage.keyValue.getItem(KEY).catch(() => null);
  }

  /** Takes it over, if it still holds. */
  async take(text: string | null): Promise<void> {
    const { replica, store } = this.core;
    if (text === null) return;
    const { counter, answers, copies } = JSON.parse(text) as HotRow;
    if (!(await store.areRecordsAsOf(counter))) return;
    replica.preload(copies);
    this.queries.preset(answers);
  }

  start(): void {
    this.stopListening = this.core.ports.host.listen((event) => {
      if (event === 'hidden') void this.save();
    });
  }

  /** Something may have changed. */
  check(): void {
    if (this.cancel !== null || this.stopListening === null) return;
    const { clock, timers } = this.core.ports;
    const waitMs = Math.max(0, this.savedAt + SAVE_EVERY_MS - clock.monotonic());
    this.cancel = timers.after(waitMs, () => {
      this.cancel = null;
      void this.save();
    });
  }

  stop(): void {
    this.stopListening?.();
    this.stopListening = null;
    this.cancel?.();
    this.cancel = null;
  }

  private async save(): Promise<void> {
    const { ports, store } = this.core;
    const counter = store.savedCounter;
    if (counter === null) return;
    this.savedAt = ports.clock.monotonic();
    const row: HotRow = { counter, ...this.queries.recent() };
    const text = JSON.stringify(row);
    if (text.length > MAX_LENGTH || row.answers.length === 0) return;
    // Only a convenience: without it the next page loads everything first.
    await ports.storage.keyValue.setItem(KEY, text).catch(() => undefined);
  }
}
