import { beforeAll, expect, test } from 'vitest';
import type { ManualClock } from '../testing/manual-clock.ts';
import { isIdle, TestWorld, type Tab } from '../testing/test-device.ts';

const TEAM = 'team:demo';
const ROUNDS = 12;

interface Around {
  readonly clock: ManualClock;
  readonly tab: Tab;
  readonly scope: string;
  readonly head: number;
}

/** What becomes of one poke on its way to one device. */
type Treatment = (around: Around) => void;

const waiting: (() => void)[] = [];

const treatments: Readonly<Record<string, Treatment>> = {
  dropped: () => undefined,
  doubled: ({ tab, scope, head }) => {
    tab.network.poke(scope, head);
    tab.network.poke(scope, head);
  },
  delayed: ({ clock, tab, scope, head }) => void clock.after(45_000, () => tab.network.poke(scope, head)),
  reordered: ({ tab, scope, head }) => {
    waiting.push(() => tab.network.poke(scope, head));
    if (waiting.length === 5) for (const poke of waiting.splice(0).reverse()) poke();
  },
  'invented, with a head that there is not': ({ tab, scope, head }) => tab.network.poke(scope, head + 1_000),
  'invented, of a scope that there is not': ({ tab, head }) => tab.network.poke('team:other', head, true),
};

/** Two devices write in turn, on either side of a server that is written to as well; what everybody shows at the end. */
async function run(treat: Treatment) {
  const world = new TestWorld();
  const tabs: Tab[] = [];
  for (const user of ['ada', 'ben']) tabs.push(await world.device(user).open());
  world.server.onPoke = (scope, head) => {
    for (const tab of tabs) treat({ clock: world.clock, tab, scope, head });
  };
  const isAtHead = () =>
    world.server
      .records('Note', TEAM)
      .every(({ id, version }) =>
        tabs.every(
          ({ engine }) => engine.read({ type: 'Note', scope: TEAM, id: String(id) })?.version === version,
        ),
      );
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { engine }] of tabs.entries())
      await engine.write([{ type: 'Note', scope: TEAM, id: `of${index}`, values: { title: `v${round}` } }]);
    world.server.put('Note', TEAM, { id: 'other', title: `v${round}` });
    await world.clock.pass(7_000);
  }
  for (const { engine } of tabs) await world.clock.until(isIdle(engine), 60_000);
  await world.clock.until(isAtHead, 60_000);
  const shown = tabs.map(({ engine }) =>
    ['of0', 'of1', 'other'].map((id) => {
      const note = engine.read({ type: 'Note', scope: TEAM, id });
      return [id, note?.state, note?.version, note?.values['title']];
    }),
  );
  expect(tabs.flatMap(({ engine }) => [...engine.failed(), ...engine.conflicts()])).toEqual([]);
  const done = [...world.server.executions.values()];
  for (const { engine } of tabs) await engine.stop();
  return { shown, done };
}

let asTheyCome: Awaited<ReturnType<typeof run>>;

beforeAll(async () => {
  asTheyCome = await run(({ tab, scope, head }) => tab.network.poke(scope, head));
});

test.each(Object.entries(treatments))('I24 pokes that are %s change no result', async (_name, treat) => {
  expect(asTheyCome.shown[0]).toEqual(
    ['of0', 'of1', 'other'].map((id) => [id, 'SYNCED', expect.any(Number), `v${ROUNDS - 1}`]),
  );
  expect(await run(treat)).toEqual(asTheyCome);
});
