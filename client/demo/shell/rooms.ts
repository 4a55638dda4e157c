import { lazy } from 'react';
import { idle } from './idle.ts';

const load = {
  catalog: () => import('../catalog/catalog-room.tsx'),
  orders: () => import('../orders/orders-room.tsx'),
  attention: () => import('../sync/attention-room.tsx'),
  sync: () => import('../sync/sync-room.tsx'),
  editor: () => import('../notes/note-editor.tsx'),
  markdown: () => import('../notes/markdown-view.tsx'),
};

/** What the first screen does not need. */
export const CatalogRoom = lazy(async () => ({ default: (await load.catalog()).CatalogRoom }));
export const OrdersRoom = lazy(async () => ({ default: (await load.orders()).OrdersRoom }));
export const AttentionRoom = lazy(async () => ({ default: (await load.attention()).AttentionRoom }));
export const SyncRoom = lazy(async () => ({ default: (await load.sync()).SyncRoom }));
export const NoteEditor = lazy(async () => ({ default: (await load.editor()).NoteEditor }));

/**
 * Fetches the rest, one after the other while there is time: on a first visit no service worker has it yet, and without a
 * connection it would be too late.
 */
export async function loadRooms(): Promise<void> {
  for (const begin of Object.values(load)) {
    await idle();
    await begin().catch(() => undefined);
  }
}
