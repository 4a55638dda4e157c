import type { Random } from '../sync/ports.ts';

/** The same numbers for the same seed (mulberry32), and ids that sort by the order they were made in. */
export class SeededRandom implements Random {
  private state: number;
  private count = 0;

  constructor(private readonly seed: number) {
    this.state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An id that no other call gives; they sort in the order of the calls. */
  id(): string {
    this.count += 1;
    return `${String(this.count).padStart(8, '0')}-${this.seed}`;
  }
}
