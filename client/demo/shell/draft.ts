/** Stores edits; `base` is what the person saw in each edited field before. Rejects when nothing was stored. */
type Save<Fields> = (edits: Partial<Fields>, base: Partial<Fields>) => Promise<void>;

/** Edits that are not stored, and what the person saw in each edited field before. */
export interface Unsaved<Fields> {
  readonly edits: Partial<Fields>;
  readonly base: Partial<Fields>;
}

export interface DraftOptions<Fields> {
  readonly save: Save<Fields>;
  /** `isNews`: the save before this one had not failed. */
  readonly onError: (error: unknown, isNews: boolean) => void;
  /** All that was typed is stored. */
  readonly onStored?: () => void;
  /** What an earlier draft could not store. */
  readonly left?: Unsaved<Fields> | null;
  /** A save waits this long after the last keystroke … Default 150. */
  readonly debounceMs?: number;
  /** … and at most this long after the first. Default 1,000. */
  readonly longestMs?: number;
  /** A failed save is tried again after this long, while somebody listens. Default 5,000. */
  readonly retryMs?: number;
}

/**
 * What a person has typed and the device has not stored yet. Edits stay here until they are known to be stored, so that a failed
 * save loses nothing, and typing never waits for one.
 *
 * ```
 * edit ──debounce──▶ flush ──stored──▶ forgotten (the record itself shows it now), unless edited again meanwhile
 *                      └──failed──▶ kept and told, sent with the next flush
 * ```
 */
export class Draft<Fields extends object> {
  private edits: Partial<Fields> = {};
  private base: Partial<Fields> = {};
  /** The bases of what is being stored. */
  private sentBase: Partial<Fields> = {};
  private timer: ReturnType<typeof setTimeout> | null = null;
  private firstEditMs: number | null = null;
  private saving: Promise<void> = Promise.resolve();
  private failed = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: DraftOptions<Fields>) {
    const { left } = options;
    if (!left) return;
    this.edits = left.edits;
    this.base = left.base;
  }

  /** The edits that are not stored yet; the same object until they change. */
  readonly current = (): Partial<Fields> => this.edits;

  /** The last save failed: what was typed is nowhere but here. */
  readonly hasFailed = (): boolean => this.failed;

  /** What would be lost if the page ended now, on the bases it was typed on; null when nothing would. */
  unsaved(): Unsaved<Fields> | null {
    if (Object.keys(this.edits).length === 0) return null;
    return { edits: this.edits, base: { ...this.base, ...this.sentBase } };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Takes a keystroke. `shown` is the record as it was on screen just before. */
  edit(edits: Partial<Fields>, shown: Fields): void {
    this.base = { ...pick(shown, edits), ...this.base };
    this.change({ ...this.edits, ...edits });
    const { debounceMs = 150, longestMs = 1_000 } = this.options;
    const nowMs = performance.now();
    this.firstEditMs ??= nowMs;
    this.flushIn(Math.min(debounceMs, Math.max(0, this.firstEditMs + longestMs - nowMs)));
  }

  /**
   * Stores what is there now, without waiting for the debounce. Resolves when nothing is being stored any more. One save at a time:
   * two of the same text would be two edits, and of two on each other the first may fail.
   */
  flush(): Promise<void> {
    this.stopTimer();
    this.saving = this.saving.then(() => this.saveNow());
    return this.saving;
  }

  /** What was typed is stored otherwise: nothing of it is left to be saved. */
  settle(): void {
    this.stopTimer();
    this.failed = false;
    this.forget(this.edits);
  }

  private async saveNow(): Promise<void> {
    const [sent, base] = [this.edits, this.base];
    if (Object.keys(sent).length === 0) return;
    // Whatever is typed from here on was typed on top of what is being stored.
    this.base = {};
    this.sentBase = base;
    const failure = await this.options.save(sent, base).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    this.sentBase = {};
    if (failure === null) {
      this.failed = false;
      return this.forget(sent);
    }
    this.base = { ...this.base, ...base };
    this.fail(failure.error);
  }

  private forget(stored: Partial<Fields>): void {
    const left = Object.entries(this.edits).filter(([name, value]) => stored[name as keyof Fields] !== value);
    const edits = Object.fromEntries(left) as Partial<Fields>;
    this.base = pick(this.base, edits);
    this.change(edits);
    if (left.length === 0) this.options.onStored?.();
  }

  private fail(error: unknown): void {
    const isNews = !this.failed;
    this.failed = true;
    this.listeners.forEach((listener) => listener());
    this.options.onError(error, isNews);
    if (this.timer === null && this.listeners.size > 0) this.flushIn(this.options.retryMs ?? 5_000);
  }

  private change(edits: Partial<Fields>): void {
    this.edits = edits;
    this.listeners.forEach((listener) => listener());
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.firstEditMs = null;
  }

  private flushIn(delayMs: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), delayMs);
  }
}

function pick<Fields extends object>(from: Partial<Fields>, edits: Partial<Fields>): Partial<Fields> {
  const names = Object.keys(from).filter((name) => name in edits) as (keyof Fields)[];
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Partial<Fields>;
}
