/** What one step of a plan does. */
import type { Json, Values } from '../../sync/manifest.ts';
import type { WriteResult } from '../../sync/model.ts';
import { inputFor } from './edits.ts';
import { Draw, type Act, type Step } from './plan.ts';
import { refIn, scopeIn, type Input, type Page, type Scene } from './scene.ts';
import { access, backUpOrRestore, clone, freeze, others, purge } from './world-acts.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import type { World } from './world.ts';

/** Does it, or begins it: what it sets going goes on in the scheduler. */
export async function perform(world: World, step: Step): Promise<void> {
  const device = deviceOf(world, step);
  if (device === undefined) return;
  const scene: Scene = { world, device, draw: new Draw(step.seed) };
  world.scheduler.trace.note(`step ${step.act} ${device.name}`);
  const inWorld = WORLD_ACTS[step.act];
  if (inWorld !== undefined) return void (await inWorld(scene));
  const awake = device.awake[step.tab % Math.max(1, device.awake.length)];
  if (awake === undefined) return device.tabs.length === 0 ? device.openTab() : undefined;
  PAGE_ACTS[step.act]?.({ ...scene, ...awake });
}

/** Where its profile was cloned, one of the two. */
export function deviceOf(world: World, { device: place, seed }: Step): SimulatedDevice | undefined {
  const device = world.devices[place];
  return seed % 2 === 0 ? (device?.clone ?? device) : device;
}

const WORLD_ACTS: { readonly [A in Act]?: (scene: Scene) => unknown } = {
  others,
  openTab: ({ device, draw }) => device.openTab(draw.chance(0.9)),
  tabCrash: ({ device, draw }) => device.tabs[draw.below(3)]?.crash('at rest'),
  powerCut: ({ device, world }) => {
    world.rare.hit('power was lost');
    return device.powerCut();
  },
  clone,
  freeze,
  serverRestart: ({ world }) => {
    world.rare.hit('the server restarted');
    for (const { tabs } of world.devices) for (const tab of tabs) tab.transport.cut();
  },
  purge,
  race: (scene) => race(scene),
  restore: backUpOrRestore,
  access,
  clockJump: ({ device, draw }) => {
    device.clockSetMs += draw.pick([-86_400_000, -5_000, 5_000, 3_600_000]);
  },
};

const PAGE_ACTS: { readonly [A in Act]?: (page: Page) => void } = {
  write: (page) => write(page),
  operate: (page) => operate(page),
  decide: (page) => decide(page),
  closeTab: ({ world, tab }) => world.begin(`${tab.name} closes`, () => tab.close()),
  look: (page) => {
    const { world, tab, engine, draw } = page;
    const scope = scopeIn(page);
    const { ids, types } = world.words;
    const refs = [...new Set(types)].flatMap((type) => ids.map((id) => ({ type, scope, id })));
    tab.show(refs.map((ref) => engine.read(ref)));
    tab.page?.disturb(draw);
  },
  ask: ({ world, tab, engine, draw }) => {
    const asks: readonly (() => unknown)[] = [
      () => engine.requestPull(),
      () => world.begin('catch up', () => engine.catchUp()),
      () => world.begin('verify', () => engine.verify()),
      () => ((tab.isShown = false), tab.tell('hidden')),
      () => ((tab.isShown = true), tab.tell('visible')),
      () => tab.tell('resumed'),
    ];
    draw.pick(asks)();
  },
  scopes: ({ world, engine, draw }) => {
    const scope = draw.pick(['team:demo', 'catalog']);
    world.begin('scopes', () => (draw.chance(0.5) ? engine.close(scope) : engine.open(scope)));
  },
  offline: ({ tab, draw }) => tab.plug(!tab.isPlugged, draw.chance(0.7)),
  pause: ({ world, engine, draw }) =>
    world.begin('pause', () => (draw.chance(0.5) ? engine.pause() : engine.resume())),
  signOut: (page) => signOut(page),
};

function write(page: Page): void {
  const { world, draw } = page;
  const scope = scopeIn(page);
  const count = draw.pick([1, 1, 1, 1, 2, 3]);
  const group = count > 1 && draw.chance(0.6) ? { group: `g${world.writes}` } : {};
  const inputs = Array.from({ length: count }, () => ({ ...inputFor(page, refIn(page, scope)), ...group }));
  beginWrite(page, inputs);
}

/** All tabs of a device write the same record before any hears of the others. */
function race({ device, draw, world }: Scene): void {
  const [first] = device.awake;
  if (first === undefined) return;
  const ref = refIn({ world, draw }, scopeIn({ world, device, draw }));
  if (device.awake.length > 1) world.rare.hit('tabs wrote the same record at once');
  for (const awake of device.awake) {
    const page = { world, device, draw, ...awake };
    beginWrite(page, [inputFor(page, ref)]);
  }
}

/** Hands the edits over, and writes down what becomes of them. */
export function beginWrite(page: Omit<Page, 'draw'>, inputs: readonly Input[]): void {
  const { world, device, tab, engine } = page;
  const names = inputs.map(() => `w${++world.writes}`);
  const shown = new Map<string, Values>();
  // Made on what a form had read: what it comes to over what is there is the engine's to say.
  const merged = new Set<string>();
  for (const [index, input] of inputs.entries()) {
    const key = `${input.type}/${input.id}`;
    const before = shown.get(key) ?? engine.read(input)?.values ?? {};
    const isKnown = tab.isLoaded && !merged.has(key);
    const values = noteBegun(page, names[index] ?? '', { ...input, shown: before, isKnown });
    if (input.base !== undefined) merged.add(key);
    shown.set(key, { ...before, ...values });
  }
  const answered = (results: readonly WriteResult[]): void => {
    for (const [index, result] of results.entries()) {
      const write = names[index] ?? '';
      if (result.outcome === 'QUEUED')
        queued(page, { write, change: result.change, scope: result.ref.scope });
      else device.recorder.note({ kind: 'refused', write });
    }
  };
  world.begin(
    `${tab.name} writes`,
    () =>
      engine.write(inputs).then(answered, (error: unknown) => {
        if (!tab.isAlive) return;
        for (const write of names) device.recorder.note({ kind: 'refused', write });
        throw error;
      }),
    tab,
  );
}

/** Returns what it changes: what is named as it is shown is no change (R20). */
function noteBegun(
  { device, tab }: Pick<Page, 'device' | 'tab'>,
  write: string,
  {
    type,
    scope,
    id,
    deleted,
    shown,
    isKnown = tab.isLoaded,
    ...input
  }: Input & { readonly shown: Values; readonly isKnown?: boolean },
): Values {
  const before = input.base ?? shown;
  const isNew = ([name, value]: readonly [string, Json]): boolean =>
    JSON.stringify(before[name]) !== JSON.stringify(value);
  const values = Object.fromEntries(Object.entries(input.values).filter(isNew));
  const base = Object.fromEntries(Object.entries(before).filter(([name]) => name in values));
  const more = { ...(deleted === undefined ? {} : { deleted }), ...(isKnown ? { base } : {}) };
  device.recorder.note({ kind: 'begun', tab: tab.name, write, scope, type, id, values, ...more });
  return values;
}

/** What equals what is shown is answered at once: there is nothing to store, and it says so. */
function queued(
  { device, engine, world }: Omit<Page, 'draw'>,
  { write, change, scope }: { write: string; change: string; scope: string },
): void {
  const { recorder } = device;
  if (recorder.hasStored(change)) return recorder.note({ kind: 'queued', write, change });
  world.begin('an edit that changes nothing', async () => {
    const end = await engine.settled(change);
    if (end?.outcome !== 'APPLIED') throw new Error(`${write} was answered QUEUED and stored nowhere`);
    recorder.neverStored(change, scope);
    recorder.note({ kind: 'queued', write, change });
  });
}

function operate(page: Page): void {
  const { world, tab, engine, draw } = page;
  const variables = {
    id: draw.pick(world.words.ids),
    text: draw.pick(['bad', 'broken', `o${draw.below(1_000)}`]),
  };
  const operation = {
    name: 'Touch',
    text: 'mutation Touch { touch }',
    variables,
    scope: scopeIn(page),
  };
  world.begin(`${tab.name} queues an operation`, () => engine.queue(operation), tab);
}

/** Conflicts, refused writes and lost values: what a person makes of them. */
function decide(page: Page): void {
  const { world, device, tab, engine, draw } = page;
  const conflicts = engine.conflicts();
  const failed = engine.failed();
  const history = engine.history();
  const begin = (label: string, work: () => Promise<unknown>): void => {
    world.rare.hit(`a person: ${label}`);
    world.begin(`${tab.name} ${label}`, work, tab);
  };
  if (conflicts.length > 0 && draw.chance(0.7)) {
    const { ref, fields } = draw.pick(conflicts);
    device.recorder.note({ kind: 'decided', target: ref });
    const own = Object.fromEntries(fields.map(({ name }) => [name, 'mine']));
    const values = Object.fromEntries(Object.entries(own).filter(([name]) => name !== 'deleted'));
    const decision = draw.pick(['yours', 'theirs', 'own'] as const);
    return begin(`resolve ${decision}`, () => engine.resolve(ref, decision === 'own' ? values : decision));
  }
  if (failed.length > 0) {
    const { change, values } = draw.pick(failed);
    const isDiscarded = draw.chance(0.4);
    if (isDiscarded) device.recorder.note({ kind: 'decided', target: change });
    if (isDiscarded) return begin('discard', () => engine.discard(change));
    if (draw.chance(0.5)) return begin('retry', () => engine.retry(change));
    const texts = Object.entries(values).filter(([, value]) => value === 'bad');
    return begin('edit', () =>
      engine.edit(change, Object.fromEntries(texts.map(([name]) => [name, 'better']))),
    );
  }
  if (history.length === 0) return;
  const { id, ref, fields } = draw.pick(history);
  const values = Object.fromEntries(fields.map(({ field, yours }) => [field, yours]));
  const write = `w${++world.writes}`;
  noteBegun(page, write, { ...ref, values, shown: engine.read(ref)?.values ?? {} });
  begin('restore a lost value', () =>
    engine.restore(id).catch((error: unknown) => {
      if (tab.isAlive) device.recorder.note({ kind: 'refused', write });
      throw error;
    }),
  );
}

function crashAfter(turns: number, { world, tab }: Pick<Page, 'world' | 'tab'>): void {
  const run = (): void =>
    turns === 0 ? tab.crash('while it signs out') : crashAfter(turns - 1, { world, tab });
  world.scheduler.after({ owner: tab, label: 'ends soon', run });
}

/** Its page may go away in the middle of it: another one, open or opened later, completes it. */
function signOut({ world, device, tab, engine, draw }: Page): void {
  if (draw.chance(0.6)) {
    crashAfter(draw.below(8), { world, tab });
    if (draw.chance(0.7)) device.openTab();
  }
  const choice = draw.pick(['sync', 'keep', 'export', 'wipe', undefined] as const);
  world.begin(
    `${tab.name} signs out`,
    async () => {
      await engine.signOut(choice);
      world.rare.hit(`signed out: ${choice ?? 'nothing unsent'}`);
      for (const other of device.tabs) other.crash('signed out');
      if (device.database.isGone) device.beginAfresh();
    },
    tab,
  );
}
