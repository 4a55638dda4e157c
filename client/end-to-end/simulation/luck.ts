import { Draw, type Fault, type Plan } from './plan.ts';

/** Decides what a run leaves open, but for the order of what is due at once: that is the scheduler's. */
export interface Luck {
  /** What a tab draws its own numbers from. */
  drawOf(seed: number): Draw;
  /** Whether this fault happens to this tab now. */
  meets(fault: Fault, tab: { readonly name: string; readonly draw: Draw }): boolean;
}

/** By the plan's seed and rate. */
export function drawnLuck({ faults, rate }: Plan): Luck {
  return {
    drawOf: (seed) => new Draw(seed),
    meets: (fault, { draw }) =>
      faults.includes(fault) && draw.chance(fault === 'tabCrash' ? rate / 10 : rate),
  };
}
