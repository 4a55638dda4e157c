import type { Step, TaskId } from './tour.ts';

interface StepWords {
  readonly title: string;
  readonly text: string;
  readonly tasks: Partial<Readonly<Record<TaskId, string>>>;
  /** What it has shown, once it is done. */
  readonly outcome: string;
}

export const STEP_WORDS: Readonly<Record<Step, StepWords>> = {
  offline: {
    title: 'Write without a connection',
    text: 'Work goes on when the network does not.',
    tasks: {
      cut: 'Switch on “Work offline” on Ada’s device.',
      adaWrites: 'Change something in her note. It waits on her device.',
      connect: 'Switch “Work offline” off again.',
    },
    outcome: 'Sent once, and Ben has it.',
  },
  merge: {
    title: 'Write in the same note',
    text: 'Two people, one text, and nobody loses a word.',
    tasks: {
      cut: 'Ada works offline once more.',
      adaWrites: 'Change the first line on her device.',
      benWrites: 'Change the last line on Ben’s device.',
      connect: 'Connect Ada again.',
    },
    outcome: 'Merged: both edits are on both devices.',
  },
  conflict: {
    title: 'Order different amounts',
    text: 'An amount cannot be merged, so a person decides.',
    tasks: {
      cut: 'Ada works offline a last time.',
      adaOrders: 'Change how many are ordered on her device.',
      benOrders: 'Order a different number on Ben’s.',
      connect: 'Connect Ada again.',
      decide: 'Open “Needs attention” on her device and decide.',
    },
    outcome: 'Decided, and both devices agree.',
  },
};

/** What the tour has shown before this step. */
export function outcomeBefore(step: Step | 'end'): string | null {
  switch (step) {
    case 'offline':
      return null;
    case 'merge':
      return STEP_WORDS.offline.outcome;
    case 'conflict':
      return STEP_WORDS.merge.outcome;
    case 'end':
      return STEP_WORDS.conflict.outcome;
  }
}
