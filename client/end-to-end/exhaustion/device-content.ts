import { foldAll } from '../../storage/fold.ts';
import type { MemoryDatabase } from '../../storage/memory-storage.ts';
import type { LogRow } from '../../storage/tables.ts';
import { piecesOf, textOf, type Numbered, type Piece } from './content.ts';

type Tables = MemoryDatabase['tables'];

/** Of one device, by its name: what its database holds, and each of its tabs. */
export interface DeviceParts {
  readonly name: string;
  readonly tables: Tables;
  /** What there is of a tab, by its name; null: it is being opened, and what it has read cannot be told. */
  readonly tabs: ReadonlyMap<string, unknown>;
}

/** The counter stands with what is told of the log. */
const COUNTER = '"log.counter"';

/**
 * What stands in each part of a device, as text. Two devices that differ only in how they number their transactions have the same: a
 * number of a transaction is asked for its place among the others, for being the next one, and for what was logged since; an order for its
 * place only. So the log is told as the storage itself would fold it between the transactions that a tab has come to.
 *
 * @param isExact numbers and log are told as they stand.
 */
export function textsOf(device: DeviceParts, isExact: boolean): ReadonlyMap<string, string> {
  const { name, tables } = device;
  const tabs = [...device.tabs].map(([tab, held]) => [tab, piecesOf(held)] as const);
  if (isExact || !isFoldable(device))
    return texts([[name, piecesOf(tables)], ...tabs], ({ number }) => number);
  const counter = counterOf(tables);
  const come = numbersOf([...tabs.flatMap(([, pieces]) => pieces), { kind: 'transaction', number: counter }]);
  const meta = new Map([...(tables.meta ?? [])].filter(([key]) => key !== COUNTER));
  const database = piecesOf({ ...tables, meta, log: foldedAt(tables, come), counter });
  const all = [[name, database] as const, ...tabs];
  const orders = numbersOf(
    all.flatMap(([, pieces]) => pieces),
    'order',
  );
  const transactions = renamed(come);
  return texts(all, ({ kind, number }) =>
    kind === 'order' ? orders.indexOf(number) : (transactions.get(number) ?? NaN),
  );
}

/** Whoever opens the device may have read it, or may be about to go on from a number that stands beside the log. */
function isFoldable({ tables, tabs }: DeviceParts): boolean {
  const isFolded = tables.meta?.has('"log.folded"') === true;
  return !isFolded && (tables.keyValue?.size ?? 0) === 0 && ![...tabs.values()].includes(null);
}

function counterOf({ meta }: Tables): number {
  return ((meta?.get(COUNTER) as { readonly value: number } | undefined) ?? { value: 0 }).value;
}

/** Rising, each once. */
function numbersOf(pieces: readonly Piece[], wanted: Numbered['kind'] = 'transaction'): readonly number[] {
  const numbers = new Set<number>();
  for (const piece of pieces)
    if (typeof piece !== 'string' && piece.kind === wanted) numbers.add(piece.number);
  return [...numbers].sort((a, b) => a - b);
}

/** From each of these transactions to the next. Of what lies before the first one nobody asks but for the records. */
function foldedAt({ log = new Map<string, unknown>() }: Tables, come: readonly number[]): readonly LogRow[] {
  const rows = [...(log.values() as Iterable<LogRow>)];
  return come.flatMap((to, at) => {
    const from = come[at - 1] ?? -Infinity;
    return foldAll(
      rows.filter(({ counter }) => counter > from && counter <= to),
      at === 0,
    ).put;
  });
}

/** The next one is told from the one after that, and from no other. */
function renamed(numbers: readonly number[]): ReadonlyMap<number, number> {
  let name = 0;
  return new Map(
    numbers.map((number, at) => [number, (name += Math.min(2, number - (numbers[at - 1] ?? number)))]),
  );
}

function texts(
  parts: readonly (readonly [string, readonly Piece[]])[],
  nameOf: (numbered: Numbered) => number,
): ReadonlyMap<string, string> {
  return new Map(parts.map(([name, pieces]) => [name, textOf(pieces, nameOf)]));
}
