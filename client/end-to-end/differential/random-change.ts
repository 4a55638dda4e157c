import { manifest } from '../../generated/manifest.ts';
import type { Json, Values } from '../../sync/manifest.ts';

/** From 0 up to 1, seeded. */
export type Roll = () => number;

/** One of a list. */
export function pick<T>(roll: Roll, list: readonly T[]): T {
  if (list.length === 0) throw new Error('There is nothing to pick from.');
  return list[Math.floor(roll() * list.length)] as T;
}

/** How a device numbers, dates and knows what it changes. */
export interface Hand {
  readonly roll: Roll;
  readonly scope: string;
  readonly seq: number;
  /** The device's clock, milliseconds. */
  readonly now: number;
  /** The copy it holds; undefined without one. */
  readonly known: (type: string, id: string) => Known | undefined;
}

/** A record as a device got it, and the epoch it got it in. */
export interface Known {
  readonly record: Values;
  readonly epoch: string;
}

/** Few ids and few values, so that edits meet. */
const IDS: Readonly<Record<string, readonly string[]>> = {
  Note: ['n1', 'n2', 'n3', 'n4'],
  Notebook: ['b1', 'b2'],
  Order: ['o1', 'o2', 'o3'],
  Product: ['p1', 'p2'],
  Setting: ['s1', 's2'],
};

const LINE = { quantity: 2, unitPrice: 5 };
const VALUES: Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>> = {
  Note: {
    title: ['', 'milk', 'bread', 'eggs'],
    content: [
      '',
      'one\ntwo\nthree',
      'ONE\ntwo\nthree',
      'one\ntwo\nthree\nfour',
      'the cat sat',
      'the dog sat',
    ],
    tags: [[], ['a'], ['a', 'b'], ['b', 'c'], ['c']],
    pinned: [true, false],
    notebookId: [null, 'b1', 'b2', 'nowhere'],
  },
  Notebook: { name: ['home', 'work', 'play'], color: [null, 'red', 'blue'] },
  Order: {
    lines: [
      [],
      [{ productId: 'p1', ...LINE }],
      [{ productId: 'p2', quantity: 1, unitPrice: 5 }],
      [
        { productId: 'p2', ...LINE },
        { productId: 'p1', quantity: 1, unitPrice: 5 },
      ],
      [{ productId: 'nowhere', ...LINE }],
    ],
    status: ['DRAFT', 'DRAFT', 'DRAFT', 'CANCELLED', 'PLACED', 'PACKED'],
    note: ['', 'soon', 'later'],
  },
  Product: {
    name: ['tea', 'cup'],
    description: ['', 'green'],
    price: [5, 5, 7],
    stock: [0, 3, 6, 9],
    active: [true, true, false],
  },
  Setting: { value: ['dark', 3, { a: [1] }, { a: [2], b: null }, false] },
};

const BAD: Readonly<Record<string, Values>> = {
  Note: { title: 'x'.repeat(201) },
  Notebook: { name: '' },
  Order: { lines: [{ productId: 'p1', quantity: 0, unitPrice: 5 }] },
  Product: { price: -1 },
  Setting: { value: null },
};

const MINUTE_MS = 60_000;

/** One change as a device might send it, and as it should not. */
export function randomChange(hand: Hand): { readonly type: string; readonly wire: Values } {
  const { roll, scope } = hand;
  const types = Object.keys(IDS).filter((type) => type !== 'Product' || scope === 'catalog' || roll() < 0.1);
  const type = pick(roll, types);
  const id = pick(roll, IDS[type] ?? []);
  const values = randomValues(roll, type);
  const known = hand.known(type, id);
  const deletion = roll();
  return {
    type,
    wire: {
      id,
      ...versionOf(roll, known),
      ...baseOf(roll, type, { known, values }),
      seq: hand.seq,
      ...editedAt(roll, hand.now),
      ...(deletion < 0.15 ? { deleted: true } : deletion < 0.3 ? { deleted: false } : {}),
      ...(deletion < 0.1 ? {} : values),
    },
  };
}

function randomValues(roll: Roll, type: string): Values {
  if (roll() < 0.03) return BAD[type] ?? {};
  const share = pick(roll, [0.3, 0.6, 1]);
  const fields = Object.entries(VALUES[type] ?? {}).filter(() => roll() < share);
  return Object.fromEntries(fields.map(([name, values]) => [name, pick(roll, values)]));
}

/** Mostly what the device holds; also nothing, its own unconfirmed creation, another epoch's, and what nobody has seen. */
function versionOf(roll: Roll, known: Known | undefined): Values {
  const dice = roll();
  if (dice < 0.06) return { version: 0 };
  if (dice < 0.1) return { version: 1_000_000 };
  if (known === undefined || dice < 0.18) return {};
  const version = Number(known.record['version']);
  return roll() < 0.8 ? { version, epoch: known.epoch } : { version };
}

function baseOf(
  roll: Roll,
  type: string,
  { known, values }: { readonly known: Known | undefined; readonly values: Values },
): Values {
  const dice = roll();
  if (dice < 0.15) return {};
  const shown = Object.keys(values).flatMap((name): [string, Json][] => {
    const held = known?.record[name] ?? manifest.types[type]?.fields[name]?.default;
    if (held === undefined || roll() < 0.05) return [];
    return [[name, roll() < 0.1 ? pick(roll, VALUES[type]?.[name] ?? [held]) : held]];
  });
  return { base: Object.fromEntries(shown) };
}

function editedAt(roll: Roll, now: number): Values {
  if (roll() < 0.1) return {};
  const agoMs = pick(roll, [0, 0, MINUTE_MS, 60 * MINUTE_MS, -MINUTE_MS]);
  return { editedAt: new Date(now - agoMs).toISOString() };
}
