import type { ChangeRow } from '../sync/stored.ts';

/** An outbox row for tests: an unsent edit of `n1`'s title from a to b. */
export function changeRow(more: Partial<ChangeRow>): ChangeRow {
  return {
    change: 'c1',
    order: 1,
    type: 'Note',
    scope: 's',
    id: 'n1',
    state: 'pending',
    values: { title: 'b' },
    base: { title: 'a' },
    wasDeleted: false,
    version: 5,
    epoch: 'e1',
    editedAt: 1_000,
    firstEditedAt: 1_000,
    seq: null,
    device: null,
    frozen: null,
    ...more,
  };
}
