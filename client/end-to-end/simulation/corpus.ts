import type { Cut } from './plan.ts';

/**
 * Seeds that failed once, cut down to what the failure needed, and what it was. They run each time. A change of what plans are drawn from
 * gives a seed another meaning: what a corpus seed found has a test with a name, too.
 */
export const CORPUS: readonly (Cut & { readonly seed: number; readonly found: string })[] = [
  {
    seed: 40,
    found: 'sent changes of a lost scope were shown as refused, although the server had taken them (I12)',
  },
  {
    seed: 126,
    keep: [1, 2],
    faults: [],
    devices: 2,
    found:
      'a sign-out that a crash cut short was completed by no other open page, which refused every write (I16)',
  },
  {
    seed: 915,
    keep: [1, 7],
    faults: [],
    found: 'edits of one write that undo each other were written down as withdrawn twice (I12)',
  },
  {
    seed: 1038,
    keep: [0, 1, 2, 3, 4, 5, 6, 8, 9],
    faults: ['lostRequest', 'halfOpen', 'unauthenticated', 'quota', 'tabCrash'],
    devices: 2,
    found: 'a write that a power cut undid before it was answered stayed in the books (I16)',
  },
  {
    seed: 1158,
    keep: [0, 1, 2, 3, 4, 6, 7, 9],
    faults: ['halfOpen', 'pokesLost', 'tabCrash'],
    devices: 2,
    found:
      'what a person decided was taken for an older state, where an own edit was made at the same moment (I5)',
  },
  {
    seed: 1353,
    keep: [3, 10, 11, 14, 17, 22, 26],
    faults: [],
    devices: 4,
    found: 'changes of a scope that is not pulled were refused for ever after a restore (I16)',
  },
  {
    seed: 1529,
    keep: [12, 15],
    faults: ['slow', 'lostRequest', 'lostAnswer', 'unauthenticated', 'abort', 'tabCrash'],
    devices: 3,
    found: 'a sign-out that a crash cut short was completed by nobody (I16)',
  },
  {
    seed: 1651,
    keep: [1, 4, 5, 6, 7, 8, 9, 10, 11, 13],
    faults: ['slow', 'unauthenticated', 'busy'],
    devices: 2,
    found: 'a change refused for want of access was called refused, and a late copy of it was taken (I12)',
  },
];
