import { NAMES, THEIR, type Person } from './person.ts';
import type { Step, TaskId } from './tour.ts';

interface StepWords {
  readonly title: string;
  readonly text: string;
  readonly tasks: Partial<Readonly<Record<TaskId, (doer: Names) => string>>>;
  /** What it has shown, once it is done. */
  readonly outcome: string;
}

/** Of whom a task speaks. */
interface Names {
  readonly name: string;
  readonly their: string;
}

export const STEP_WORDS: Readonly<Record<Step, StepWords>> = {
  offline: {
    title: 'Write without a connection',
    text: 'Work goes on when the network does not.',
    tasks: {
      cut: ({ name }) => `Switch on “Work offline” on ${name}’s device.`,
      leadWrites: ({ their }) => `Change something in ${their} note. It waits on ${their} device.`,
      connect: () => 'Switch “Work offline” off again.',
    },
    outcome: 'Sent once, and the other device has it.',
  },
  merge: {
    title: 'Write in the same note',
    text: 'Two people, one text, and nobody loses a word.',
    tasks: {
      cut: ({ name }) => `${name} works offline once more.`,
      leadWrites: ({ their }) => `Change the first line on ${their} device.`,
      otherWrites: ({ name }) => `Change the last line on ${name}’s device.`,
      connect: ({ name }) => `Connect ${name} again.`,
    },
    outcome: 'Merged: both edits are on both devices.',
  },
  conflict: {
    title: 'Order different amounts',
    text: 'An amount cannot be merged, so a person decides.',
    tasks: {
      cut: ({ name }) => `${name} works offline a last time.`,
      leadOrders: ({ their }) => `Change how many are ordered on ${their} device.`,
      otherOrders: ({ name }) => `Order a different number on ${name}’s.`,
      connect: ({ name }) => `Connect ${name} again.`,
      decide: ({ name }) => `Open “Needs attention” on ${name}’s device and decide.`,
    },
    outcome: 'Decided, and both devices agree.',
  },
};

export function taskWords(step: Step, id: TaskId, doer: Person): string {
  return STEP_WORDS[step].tasks[id]?.({ name: NAMES[doer], their: THEIR[doer] }) ?? '';
}

/** What the tour has shown before this step. */
export function outcomeBefore(step: Step | 'end'): string | null {
  const before = BEFORE[step];
  return before && STEP_WORDS[before].outcome;
}

const BEFORE = { offline: null, merge: 'offline', conflict: 'merge', end: 'conflict' } as const;
