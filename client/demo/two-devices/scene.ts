import type { Holdfast, SyncEngine, VisibleRecord } from '../../index.ts';
import { saveNote } from '../notes/save-note.ts';
import type { Line } from '../orders/cart.ts';
import { saveOrder } from '../orders/save-order.ts';
import { TEAM } from './person.ts';
import type { Agreed, DeviceFacts, Tour } from './tour.ts';

type SceneIds = Pick<Tour, 'noteId' | 'orderId'>;

const TITLE = 'Saturday’s field trip';
const TEXT = 'Ada brings the auger.\n\nWe meet at the north gate at eight.\n\nBen brings the coffee.';
const ORDER_NOTE = 'For Saturday.';
const QUANTITIES = [4, 2];

/** What a device says of the tour's records. */
export function factsOf(sync: SyncEngine, ids: SceneIds): DeviceFacts {
  const [note, order] = recordsOf(sync, ids);
  const [noteNow, orderNow] = [valueOf(note), valueOf(order)];
  return {
    isLoaded: note.status === 'ready' && order.status === 'ready',
    isCut: sync.status().phase === 'paused',
    text: noteNow === null ? null : String(noteNow.values['content']),
    lines: orderNow?.values['status'] === 'DRAFT' ? spell(linesOf(orderNow)) : null,
    isSettled: [noteNow, orderNow].every((record) => record === null || record.state === 'SYNCED'),
    isAsked: [noteNow, orderNow].some((record) => record?.state === 'CONFLICT'),
  };
}

/** Whether these records can be the scene of another tour: they are there, can be changed, and nothing was refused. */
export function canBeSceneAgain(sync: SyncEngine, ids: SceneIds): boolean {
  const { text, lines } = factsOf(sync, ids);
  return (
    text !== null && lines !== null && recordsOf(sync, ids).every((each) => valueOf(each)?.state !== 'FAILED')
  );
}

/** What the scene is at the beginning; null as long as the device does not know what is sold. */
export function startOf(sync: SyncEngine): (Agreed & { readonly order: readonly Line[] }) | null {
  const found = sync.list({
    type: 'Product',
    scopes: ['catalog'],
    filter: { active: { eq: true } },
    orderBy: [{ field: 'stock', direction: 'DESC' }],
    limit: QUANTITIES.length,
  });
  if (found.status !== 'ready' || found.value.length === 0) return null;
  const order = found.value.map((ref, index) => ({
    productId: ref.id,
    quantity: QUANTITIES[index] ?? 1,
    unitPrice: Number(sync.read(ref)?.values['price']),
  }));
  return { text: TEXT, lines: spell(order), order };
}

/** Makes the tour's note and order, or puts them back to the beginning. */
export async function writeScene({ client }: Holdfast, ids: SceneIds, order: readonly Line[]): Promise<void> {
  await saveNote(client, { scope: TEAM, id: ids.noteId }, { title: TITLE, content: TEXT });
  await saveOrder(client, { scope: TEAM, id: ids.orderId }, { lines: order, note: ORDER_NOTE });
}

/** Settles what waits for a decision about the scene, so that it can be put back. */
export async function settleScene(sync: SyncEngine, ids: SceneIds): Promise<void> {
  const own = sync.conflicts().filter(({ ref }) => ref.id === ids.noteId || ref.id === ids.orderId);
  await Promise.all(own.map(({ ref }) => sync.resolve(ref, 'theirs')));
}

function recordsOf(sync: SyncEngine, { noteId, orderId }: SceneIds) {
  return [sync.single('Note', noteId, TEAM), sync.single('Order', orderId, TEAM)] as const;
}

function valueOf(answer: ReturnType<SyncEngine['single']>): VisibleRecord | null {
  return answer.status === 'ready' ? answer.value : null;
}

function linesOf({ values }: VisibleRecord): readonly Line[] {
  return values['lines'] as unknown as readonly Line[];
}

function spell(lines: readonly Line[]): string {
  return lines.map(({ productId, quantity }) => `${quantity} × ${productId}`).join(', ');
}
