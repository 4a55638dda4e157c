import type { Values } from '../../sync/manifest.ts';
import { beginWrite } from '../simulation/acts.ts';
import type { Fault } from '../simulation/plan.ts';
import type { World } from '../simulation/world.ts';

interface SmallAct {
  /** A tab, or the server. */
  readonly touches: string;
  readonly name: string;
  readonly run: (world: World) => unknown;
}

export interface SmallScope {
  readonly name: string;
  /** Default: 1. */
  readonly devices?: number;
  /** Of each device. Default: 1. */
  readonly tabs?: number;
  /** Ids of what is there. Default: one record. */
  readonly records?: readonly string[];
  /** The devices have asked for the first time, and hold nothing. Default: they hold what the server holds. */
  readonly isFresh?: boolean;
  /** Default: none. */
  readonly losses?: { readonly faults: readonly Fault[]; readonly left: number };
  /** Takes longer than a run of the tests may. */
  readonly isLarge?: boolean;
  /** Each does its acts in order; between them everything else may happen. */
  readonly actors: readonly (readonly SmallAct[])[];
}

const SCOPE = 'user:ada';
const CRASHER = 'd1.1';

/** Before anybody comes. There is a backup of it. */
export function prepare({ server, backups }: World, { records = ['r1'] }: SmallScope): void {
  server.access['ada'] = [{ id: SCOPE, access: 'WRITE' }];
  for (const id of records) server.put('Note', SCOPE, { id, title: 'first' });
  backups.push(server.backup());
}

/** An edit in this tab, if it is still there. */
function write(tab: string, values: Values, more: { readonly deleted?: boolean } = {}): SmallAct {
  return {
    touches: tab,
    name: `writes ${JSON.stringify({ ...values, ...more })}`,
    run: (world) => {
      for (const device of world.devices)
        for (const page of device.awake)
          if (page.tab.name === tab)
            beginWrite({ world, device, ...page }, [
              { type: 'Note', scope: SCOPE, id: 'r1', values, ...more },
            ]);
    },
  };
}

const crash: SmallAct = {
  touches: CRASHER,
  name: 'crashes',
  run: ({ devices }) => devices[0]?.tabs.find(({ name }) => name === CRASHER)?.crash('act'),
};

const open: SmallAct = { touches: 'd1.2', name: 'opens', run: ({ devices }) => devices[0]?.openTab() };

const remove = (id: string): SmallAct => ({
  touches: 'server',
  name: `loses ${id}`,
  run: ({ server }) => server.put('Note', SCOPE, { id, deleted: true }),
});

/** Everybody is told, and looks. */
const edit = (id: string): SmallAct => ({
  touches: 'server',
  name: `edits ${id}`,
  run: ({ server }) => server.put('Note', SCOPE, { id, title: 'theirs' }),
});

const purge: SmallAct = {
  touches: 'server',
  name: 'purges',
  run: ({ server }) => server.purge('Note', SCOPE),
};

const backUp: SmallAct = {
  touches: 'server',
  name: 'is backed up',
  run: ({ server, backups }) => backups.push(server.backup()),
};

const restore: SmallAct = {
  touches: 'server',
  name: 'is restored',
  run: ({ backups }) => backups.at(-1)?.(),
};

/** A poke of before comes late, and everybody looks. */
const restoreAndTell: SmallAct = {
  touches: 'server',
  name: 'is restored and tells',
  run: ({ backups, server }) => {
    const head = server.head(SCOPE);
    backups.at(-1)?.();
    server.onPoke(SCOPE, head + 2);
  },
};

const ONE_LOSS = { faults: ['lostRequest', 'lostAnswer'], left: 1 } as const;
const [A, B, C] = [{ title: 'a' }, { title: 'b' }, { title: 'c' }];
const ONE = 'd1.1';
const TWO = 'd1.2';
const OTHER = 'd2.1';

/** When everybody has come to rest. */
const later = (act: SmallAct): SmallAct => ({ ...act, name: `later ${act.name}` });

/** Small enough for each run of the tests, unless it says that it is large. */
export const SMALL_SCOPES: readonly SmallScope[] = [
  { name: 'one write × crash', actors: [[write(ONE, A)], [crash]] },
  { name: 'one write × loss', losses: ONE_LOSS, actors: [[write(ONE, A)]] },
  { name: 'one write × crash × loss', losses: ONE_LOSS, actors: [[write(ONE, A)], [crash]] },
  { name: 'one write × another device', devices: 2, actors: [[write(ONE, A)]] },
  { name: 'leadership × write', tabs: 2, actors: [[write(TWO, A)]] },
  { name: 'leadership × crash', tabs: 2, actors: [[crash]] },
  { name: 'paging × purge', records: ['r1', 'r2'], actors: [[remove('r2'), purge, edit('r1')]] },
  { name: 'paging × reset', records: ['r1', 'r2'], actors: [[backUp, edit('r2'), restore, edit('r1')]] },
  {
    name: 'paging × reset × crash',
    records: ['r1', 'r2'],
    actors: [[backUp, edit('r2'), restore, edit('r1')], [crash]],
  },
  {
    name: 'paging × reset × loss',
    records: ['r1', 'r2'],
    losses: ONE_LOSS,
    actors: [[backUp, edit('r2'), restore, edit('r1')]],
  },

  {
    name: 'first download × write × reset',
    isLarge: true,
    isFresh: true,
    actors: [[write(ONE, A)], [restore]],
  },
  {
    name: 'write × reset that is told',
    records: ['r1', 'r2'],
    actors: [[write(ONE, A)], [restoreAndTell]],
  },
  { name: 'a write after another', actors: [[write(ONE, A), later(write(ONE, B))]] },
  {
    name: 'a crash between two writes',
    isLarge: true,
    actors: [[write(ONE, A), crash, open, later(write(TWO, B))]],
  },
  { name: 'write × reset of nothing', actors: [[write(ONE, A)], [backUp, restore]] },
  {
    name: 'two writes × two resets',
    isLarge: true,
    actors: [
      [write(ONE, A), write(ONE, B)],
      [backUp, restore, restore],
    ],
  },
  {
    name: 'a write before and after a reset',
    actors: [
      [write(ONE, A), later(write(ONE, B))],
      [backUp, restore],
    ],
  },
  {
    name: 'a write before and after, and two resets',
    isLarge: true,
    actors: [
      [write(ONE, A), later(write(ONE, B))],
      [backUp, restore, restore],
    ],
  },
  { name: 'two writes', actors: [[write(ONE, A), write(ONE, B)]] },
  { name: 'two writes × crash', actors: [[write(ONE, A), write(ONE, B)], [crash]] },
  { name: 'a write on each device', devices: 2, actors: [[write(ONE, A)], [write(OTHER, B)]] },
  { name: 'write × purge of what is written', actors: [[write(ONE, A)], [remove('r1'), purge]] },

  { name: 'two writes × loss', isLarge: true, losses: ONE_LOSS, actors: [[write(ONE, A), write(ONE, B)]] },
  { name: 'three writes', isLarge: true, actors: [[write(ONE, A), write(ONE, B), write(ONE, C)]] },
  { name: 'write × crash × a page that opens', isLarge: true, actors: [[write(ONE, A)], [crash], [open]] },
  {
    name: 'leadership × a write in each tab',
    isLarge: true,
    tabs: 2,
    actors: [[write(ONE, A)], [write(TWO, B)]],
  },
  { name: 'leadership × write × crash', isLarge: true, tabs: 2, actors: [[write(TWO, A)], [crash]] },
  { name: 'leadership × write × loss', isLarge: true, tabs: 2, losses: ONE_LOSS, actors: [[write(TWO, A)]] },
  {
    name: 'write × paging × purge',
    isLarge: true,
    records: ['r1', 'r2'],
    actors: [[write(ONE, A)], [remove('r2'), purge]],
  },
  {
    name: 'write × reset',
    isLarge: true,
    records: ['r1', 'r2'],
    actors: [[write(ONE, A)], [backUp, edit('r2'), restore, edit('r1')]],
  },
  {
    name: 'three operations on each of two devices × crash × loss',
    isLarge: true,
    devices: 2,
    losses: ONE_LOSS,
    actors: [
      [write(ONE, A), write(ONE, B), write(ONE, {}, { deleted: true })],
      [write(OTHER, B), write(OTHER, {}, { deleted: true }), write(OTHER, A, { deleted: false })],
      [crash],
      [purge],
    ],
  },
];
