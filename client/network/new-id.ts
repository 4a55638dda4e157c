const COUNTER_MAX = 0xfff;

export interface IdSources {
  /** Wall clock, milliseconds since 1970. */
  readonly now: () => number;
  /** Fills the array with random bytes and returns it. */
  readonly fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;
}

/**
 * Makes a source of UUIDv7 (RFC 9562, 5.7) whose ids rise strictly, also within a millisecond and when the clock jumps
 * back: `rand_a` is a counter (method 1 of 6.2), and a full counter borrows the next millisecond.
 */
export function createIdSource(sources: IdSources): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const bytes = sources.fill(new Uint8Array(16));
    const nowMs = Math.floor(sources.now());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // Begins in the lower half, so that ids can be neither guessed from each other nor run out soon.
      counter = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & (COUNTER_MAX >> 1);
    } else if (counter === COUNTER_MAX) {
      lastMs += 1;
      counter = 0;
    } else {
      counter += 1;
    }
    return format(lastMs, counter, bytes);
  };
}

function format(ms: number, counter: number, random: Uint8Array): string {
  const time = ms.toString(16).padStart(12, '0');
  const low = [...random.subarray(8)];
  low[0] = ((low[0] ?? 0) & 0x3f) | 0x80;
  const tail = low.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const middle = `7${counter.toString(16).padStart(3, '0')}`;
  return `${time.slice(0, 8)}-${time.slice(8)}-${middle}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** A new UUIDv7; ids of one page or process rise. Needs no secure context. */
export const newId: () => string = createIdSource({
  now: () => Date.now(),
  fill: (bytes) => crypto.getRandomValues(bytes),
});
