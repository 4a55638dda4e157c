/** What the authors of `api/domain` say about orders, once more, in the reference server's terms. */
import type { Json, Values } from '../../sync/manifest.ts';
import type { ChangeError } from '../../sync/model.ts';
import { OperationRefusal, type ReferenceServer } from '../../testing/reference-server.ts';

interface Line {
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  DRAFT: ['PLACED', 'CANCELLED'],
  PLACED: ['PACKED', 'CANCELLED'],
  PACKED: ['SHIPPED'],
  SHIPPED: ['DELIVERED'],
};

interface Step {
  readonly status: string;
  readonly at: string;
}

function stepsWith(values: Values, status: string, at: string): Json {
  const steps = (values['steps'] ?? []) as unknown as readonly Step[];
  return (steps.at(-1)?.status === status ? steps : [...steps, { status, at }]) as unknown as Json;
}

const CATALOG = 'catalog';
const linesOf = (values: Values): readonly Line[] => (values['lines'] ?? []) as unknown as readonly Line[];

/** Teaches it the rule, the total and the placing of orders. The returned numbers are the sequence of each scope. */
export function teachOrders(server: ReferenceServer): Map<string, number> {
  const numbers = new Map<string, number>();
  server.rule = (type, before, after) => (type === 'Order' ? orderRule(before, after) : null);
  server.derive = (type, values, at) =>
    type === 'Order'
      ? {
          total: linesOf(values).reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
          steps: stepsWith(values, String(values['status']), at),
        }
      : {};
  server.operations.set('PlaceOrder', ({ variables, scope }) => {
    const id = String(variables['orderId']);
    const order = alive(server, 'Order', { scope, id });
    if (order === undefined) throw new OperationRefusal('GONE', 'There is no such order');
    if (order['status'] !== 'DRAFT' || linesOf(order).length === 0) {
      throw new OperationRefusal('RULE_VIOLATED', 'Only a draft with lines can be placed', 'status');
    }
    const stocks = reserve(server, linesOf(order));
    const number = (numbers.get(scope) ?? 0) + 1;
    // The clock of this process is both servers'.
    const steps = stepsWith(order, 'PLACED', new Date(Date.now()).toISOString());
    server.put('Order', scope, { id, status: 'PLACED', number, reserved: true, steps });
    for (const [product, stock] of stocks) server.put('Product', CATALOG, { id: product, stock });
    numbers.set(scope, number);
    const placed = server.record('Order', scope, id);
    return { placeOrder: pick(placed, ['id', 'scope', 'version', 'number', 'status', 'total', 'reserved']) };
  });
  return numbers;
}

function alive(
  server: ReferenceServer,
  type: string,
  { scope, id }: { readonly scope: string; readonly id: string },
): Values | undefined {
  const record = server.record(type, scope, id);
  return record?.['deletedAt'] === null ? record : undefined;
}

function pick(record: Values | undefined, names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, record?.[name] ?? null]));
}

const no = (field: string): ChangeError => ({ code: 'RULE_VIOLATED', message: 'no', field });
const statusOf = (values: Values | null) => String(values?.['status'] ?? 'DRAFT');

function orderRule(before: Values | null, after: Values): ChangeError | null {
  if (Number(after['total']) > 2_147_483_647) return no('lines');
  const spell = (values: Values) =>
    JSON.stringify(linesOf(values).map((line) => [line.productId, line.quantity, line.unitPrice]));
  const isFixed = before !== null && statusOf(before) !== 'DRAFT';
  if (isFixed && spell(before) !== spell(after)) return no('lines');
  return statusRule(before, after);
}

function statusRule(before: Values | null, after: Values): ChangeError | null {
  const [from, to] = [statusOf(before), statusOf(after)];
  const allowed = before === null ? [] : (NEXT[from] ?? []);
  if (from !== to && !allowed.includes(to)) return no('status');
  if (to === 'CANCELLED') return after['reserved'] === true ? no('status') : null;
  return to !== 'DRAFT' && after['number'] === null ? no('status') : null;
}

/** The stock left of each product, by id. */
function reserve(server: ReferenceServer, lines: readonly Line[]): readonly (readonly [string, number])[] {
  const ids = [...new Set(lines.map(({ productId }) => productId))];
  const left = ids.map((id) => {
    const product = alive(server, 'Product', { scope: CATALOG, id });
    const own = lines.filter(({ productId }) => productId === id);
    const stock = Number(product?.['stock']) - own.reduce((sum, { quantity }) => sum + quantity, 0);
    const isSold = product?.['active'] === true && own.every((line) => line.unitPrice === product['price']);
    if (!isSold || stock < 0) throw new OperationRefusal('RULE_VIOLATED', 'It cannot be reserved', 'lines');
    return [id, stock] as const;
  });
  return left.sort(([a], [b]) => (a < b ? -1 : 1));
}
