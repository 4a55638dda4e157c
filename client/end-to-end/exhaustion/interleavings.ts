interface Choice {
  readonly options: number;
  taken: number;
}

/**
 * Goes through every way in which a run can go, depth first: a run that asks at each of its choices is begun again and again, takes
 * what it took before up to its last choice with an option left, and that option there. Runs have to depend on their choices alone.
 */
export class Interleavings {
  /** Choices with more than one option that were met for the first time. */
  states = 0;
  /** This run has come to a state from which all was gone through already, or will be: there is nothing new in it. */
  isKnown = false;
  private path: Choice[] = [];
  private depth = 0;
  private readonly seen = new Set<string>();

  /**
   * Which of so many options this run takes.
   *
   * @param state what all that follows depends on: two equal ones have to have the same futures.
   */
  pick(options: number, state: () => string): number {
    if (options === 1 || this.isKnown) return 0;
    const again = this.path[this.depth];
    if (again !== undefined && again.options !== options)
      throw new Error(`Not the same run twice: ${again.options} options have become ${options}`);
    if (again === undefined) {
      const key = state();
      this.isKnown = this.seen.has(key);
      if (this.isKnown) return 0;
      this.seen.add(key);
      this.states += 1;
      this.path.push({ options, taken: 0 });
    }
    this.depth += 1;
    return again?.taken ?? 0;
  }

  /** Turns to the next run; false when none is left. */
  next(): boolean {
    this.depth = 0;
    this.isKnown = false;
    for (let last = this.path.at(-1); last !== undefined; last = this.path.at(-1)) {
      last.taken += 1;
      if (last.taken < last.options) return true;
      this.path.pop();
    }
    return false;
  }
}
