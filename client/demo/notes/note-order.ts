import type { ListQuery } from '../../index.ts';

/** The ways to sort notes, the usual one first. Pinned ones come before the others in each of them. */
export const NOTE_ORDERS = {
  edited: { label: 'Last edited', by: { field: 'updatedAt', direction: 'DESC' } },
  created: { label: 'Newest', by: { field: 'createdAt', direction: 'DESC' } },
  oldest: { label: 'Oldest', by: { field: 'createdAt', direction: 'ASC' } },
  title: { label: 'Title', by: { field: 'title', direction: 'ASC' } },
} as const;

export type NoteOrder = keyof typeof NOTE_ORDERS;

export function orderBy(order: NoteOrder): NonNullable<ListQuery['orderBy']> {
  return [{ field: 'pinned', direction: 'DESC' }, NOTE_ORDERS[order].by];
}
