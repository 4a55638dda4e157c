import type { ChangeError, Json, QueuedOperation, RecordRef, RefusalCode, SyncEngine } from '../../index.ts';
import type { OrderStatus } from '../../generated/documents.ts';
import { readerMoney } from '../catalog/money.ts';
import type { Line } from '../orders/cart.ts';
import { orderTitle, statusWords } from '../orders/order-words.ts';
import { routeHref } from '../shell/route.ts';

const FIELD_NAMES: Readonly<Record<string, string>> = {
  title: 'Title',
  content: 'Content',
  tags: 'Tags',
  pinned: 'Pinned',
  notebookId: 'Notebook',
  name: 'Name',
  color: 'Colour',
  lines: 'What is ordered',
  status: 'Status',
  note: 'Note',
  description: 'Description',
  price: 'Price',
  stock: 'In stock',
  active: 'Can be ordered',
  deleted: 'Deleted',
};

const NOTHING = 'Nothing';

export function fieldName(field: string): string {
  return FIELD_NAMES[field] ?? field;
}

/** A value as a person would say it. */
export function valueWords(value: Json | undefined): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(valueWords).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Named = (sync: SyncEngine, ref: RecordRef, value: Json) => string;

/** Fields whose values are ids, codes or cents. */
const NAMED_FIELDS: Readonly<Record<string, Named>> = {
  notebookId: (sync, { scope }, id) =>
    nameOf(sync, { type: 'Notebook', scope, id: String(id) }) ?? 'A notebook that is not here any more',
  lines: (sync, _ref, lines) => linesWords(sync, lines as unknown as readonly Line[]),
  status: (_sync, _ref, status) => statusWords(status as OrderStatus),
  price: (_sync, _ref, cents) => readerMoney(Number(cents)),
};

/** As `valueWords`, with names instead of ids. */
export function fieldWords(
  sync: SyncEngine,
  ref: RecordRef,
  { name, value }: { name: string; value: Json | undefined },
): string {
  const named = NAMED_FIELDS[name];
  if (named === undefined || value === null || value === undefined) return valueWords(value);
  return named(sync, ref, value);
}

function linesWords(sync: SyncEngine, lines: readonly Line[]): string {
  if (lines.length === 0) return NOTHING;
  return lines
    .map(({ productId, quantity }) => {
      const name = nameOf(sync, { type: 'Product', scope: 'catalog', id: productId });
      return `${quantity.toLocaleString()} × ${name ?? 'a product that is not here any more'}`;
    })
    .join('\n');
}

/** The title or name of a record that the device holds. */
function nameOf(sync: SyncEngine, ref: RecordRef): string | undefined {
  const values = sync.read(ref)?.values;
  const name = values?.['title'] ?? values?.['name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

const NO_MEMBER = 'You are no longer a member of this team.';
const UNKNOWN = 'It was sent, but nobody can tell whether it arrived.';

const REASONS: Partial<Record<RefusalCode, string>> = {
  FORBIDDEN: 'You may not change this.',
  GONE: 'It was deleted in the meantime.',
  MISSING_REFERENCE: 'It points to something that does not exist any more.',
  ALREADY_EXISTS: 'There is one like it already.',
  GROUP_REFUSED: 'It was sent together with a change that was not accepted.',
  TOO_LARGE: 'It is too long to be sent.',
  SCOPE_FORBIDDEN: NO_MEMBER,
  OUTCOME_UNKNOWN: UNKNOWN,
};

/** Why a change was not accepted. What a rule of the server's own says is passed on as it is. */
export function reasonWords({ code, message, field, refusal }: ChangeError): string {
  if (refusal === 'SCOPE_FORBIDDEN') return `${NO_MEMBER} ${UNKNOWN}`;
  const reason = REASONS[code];
  if (reason !== undefined) return reason;
  // A rule speaks in whole sentences; what is said of an input needs the input's name.
  return field === null || code === 'RULE_VIOLATED' ? message : `${fieldName(field)}: ${message}`;
}

const UNNAMED: Readonly<Record<string, string>> = {
  Note: 'An untitled note',
  Notebook: 'An untitled notebook',
  Product: 'A product',
};

/** What a record is called: its title, name or number, as the device shows it. */
export function recordTitle(sync: SyncEngine, ref: RecordRef | null): string {
  if (ref === null) return 'A request of yours';
  const order = ref.type === 'Order' ? sync.read(ref)?.values : undefined;
  if (order !== undefined) {
    return orderTitle({
      number: order['number'] as number | null,
      status: order['status'] as OrderStatus,
    });
  }
  return nameOf(sync, ref) ?? UNNAMED[ref.type] ?? ref.type;
}

/** What a request is about. */
export function operationTitle(sync: SyncEngine, { name }: QueuedOperation, about: RecordRef | null): string {
  const verb = { PlaceOrder: 'Place', CancelOrder: 'Cancel' }[name];
  return verb === undefined ? 'A request of yours' : `${verb}: ${recordTitle(sync, about)}`;
}

/** Where a record is shown; null for what has no place of its own. */
export function recordHref({ type, scope, id }: RecordRef): string | null {
  switch (type) {
    case 'Note':
      return routeHref({ note: { scope, id } });
    case 'Notebook':
      return routeHref({ space: scope, notebook: id });
    case 'Order':
      return routeHref({ view: 'orders', order: { scope, id } });
    case 'Product':
      return routeHref({ view: 'catalog', product: id });
    default:
      return null;
  }
}
