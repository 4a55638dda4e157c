import type { ChangeInput } from './model.ts';

/** All that a device says around a change, unsaid: a change that the server makes itself brings only id and values. */
export const BARE_CHANGE: Omit<ChangeInput, 'id'> = {
  version: undefined,
  epoch: undefined,
  base: undefined,
  seq: undefined,
  editedAt: undefined,
  group: undefined,
  deleted: undefined,
  values: {},
  payload: null,
};
