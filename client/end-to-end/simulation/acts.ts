/** What one step of a plan does. */
import type { Json, Values } from '../../sync/manifest.ts';
import type { SyncEngine, VisibleRecord, WriteInput, WriteResult } from '../../sync/model.ts';
import { Draw, type Act, type Step } from './plan.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import type { SimulatedTab } from './simulated-tab.ts';
import { accessOf, type World } from './world.ts';

interface Scene {
  readonly world: World;
  readonly device: SimulatedDevice;
  readonly draw: Draw;
}

/** With an open page. */
interface Page extends Scene {
  readonly tab: SimulatedTab;
  readonly engine: SyncEngine;
}

const TYPES = ['Note', 'Note', 'Card', 'Notebook', 'Setting'] as const;
const SCOPES = ['team:demo', 'team:demo', 'team:demo', 'own', 'own', 'catalog'] as const;
const IDS = ['r1', 'r2', 'r3', 'r4'] as const;

/** Does it, or begins it: what it sets going goes on in the scheduler. */
export async function perform(world: World, step: Step): Promise<void> {
  const device = world.devices[step.device];
  if (device === undefined) return;
  const scene: Scene = { world, device, draw: new Draw(step.seed) };
  world.scheduler.trace.note(`step ${step.act} ${device.name}`);
  const inWorld = WORLD_ACTS[step.act];
  if (inWorld !== undefined) return void (await inWorld(scene));
  const awake = device.awake[step.tab % Math.max(1, device.awake.length)];
  if (awake === undefined) return device.tabs.length === 0 ? device.openTab() : undefined;
  PAGE_ACTS[step.act]?.({ ...scene, ...awake });
}

const WORLD_ACTS: { readonly [A in Act]?: (scene: Scene) => unknown } = {
  others: (scene) => someoneElse(scene),
  openTab: ({ device, draw }) => device.openTab(draw.chance(0.9)),
  tabCrash: ({ device, draw }) => device.tabs[draw.below(3)]?.crash('at rest'),
  powerCut: ({ device, world }) => {
    world.rare.hit('power was lost');
    return device.powerCut();
  },
  freeze: (scene) => freeze(scene),
  serverRestart: ({ world }) => {
    world.rare.hit('the server restarted');
    for (const { tabs } of world.devices) for (const tab of tabs) tab.transport.cut();
  },
  purge: ({ world, draw }) => {
    for (const type of ['Note', 'Card', 'Setting'])
      world.server.purge(type, draw.pick(['team:demo', 'user:ada']));
  },
  restore: (scene) => backUpOrRestore(scene),
  access: (scene) => changeAccess(scene),
  clockJump: ({ device, draw }) => {
    device.clockSetMs += draw.pick([-86_400_000, -5_000, 5_000, 3_600_000]);
  },
};

const PAGE_ACTS: { readonly [A in Act]?: (page: Page) => void } = {
  write: (page) => write(page),
  operate: (page) => operate(page),
  decide: (page) => decide(page),
  closeTab: ({ world, tab }) => world.begin(`${tab.name} closes`, () => tab.close()),
  look: ({ tab, engine, draw }) => {
    const scope = scopeFor(tab, draw);
    const refs = ['Note', 'Card', 'Notebook', 'Setting'].flatMap((type) =>
      IDS.map((id) => ({ type, scope, id })),
    );
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

function scopeFor(tab: SimulatedTab, draw: Draw): string {
  const scope = draw.pick(SCOPES);
  return scope === 'own' ? `user:${tab.device.user}` : scope;
}

function write(page: Page): void {
  const { world, tab, draw } = page;
  const scope = scopeFor(tab, draw);
  const count = draw.pick([1, 1, 1, 1, 2, 3]);
  const group = count > 1 && draw.chance(0.6) ? { group: `g${world.scheduler.turns}` } : {};
  beginWrite(
    page,
    Array.from({ length: count }, () => ({ ...inputFor(page, scope), ...group, scope })),
  );
}

/** Hands the edits over, and writes down what becomes of them. */
export function beginWrite(
  page: Omit<Page, 'draw'>,
  inputs: readonly (WriteInput & { readonly scope: string })[],
): void {
  const { world, device, tab, engine } = page;
  const names = inputs.map(() => `w${++world.writes}`);
  for (const [index, { type, scope, id, deleted, ...input }] of inputs.entries()) {
    // What is named as it is shown is no change (R20).
    const base = input.base ?? engine.read({ type, scope, id })?.values ?? {};
    const changed = Object.entries(input.values).filter(
      ([name, value]) => JSON.stringify(base[name]) !== JSON.stringify(value),
    );
    const values = Object.fromEntries(changed);
    const more = deleted === undefined ? {} : { deleted };
    const write = names[index] ?? '';
    device.recorder.note({ kind: 'begun', tab: tab.name, write, scope, type, id, values, ...more });
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

function inputFor({ device, engine, draw }: Page, scope: string): WriteInput {
  const ref = { type: draw.pick(TYPES), scope, id: draw.pick(IDS) };
  const shown = engine.read(ref);
  const text = draw.pick(['a', 'b', `t${draw.below(1_000)}`, `t${draw.below(1_000)}`, 'bad']);
  const values = valuesFor(ref.type, { shown, text, draw });
  const form = device.forms.get(`${ref.type}/${scope}/${ref.id}`);
  if (shown !== undefined && draw.chance(0.2)) device.forms.set(`${ref.type}/${scope}/${ref.id}`, shown);
  // A form that was kept open: what it had read, not what is shown now.
  const footing =
    form !== undefined && draw.chance(0.3) ? { version: form.version, base: pick(form.values, values) } : {};
  if (shown !== undefined && draw.chance(0.08)) return { ...ref, values: {}, deleted: true };
  const isGone = typeof shown?.deletedAt === 'string';
  return { ...ref, values, ...footing, ...(isGone && draw.chance(0.7) ? { deleted: false } : {}) };
}

function pick(from: Values, names: Values): Values {
  return Object.fromEntries(Object.keys(names).map((name) => [name, from[name] ?? null]));
}

function valuesFor(
  type: (typeof TYPES)[number],
  { shown, text, draw }: { shown: VisibleRecord | undefined; text: string; draw: Draw },
): Values {
  switch (type) {
    case 'Card':
      return { text };
    case 'Setting':
      return { value: text };
    case 'Notebook':
      return { name: text };
    case 'Note':
      return draw.pick(noteEdits(shown?.values ?? {}, text, draw));
  }
}

function noteEdits(shown: Values, text: string, draw: Draw): readonly Values[] {
  const { content = '', tags = [], stars = 0 } = shown;
  const before = String(content).slice(0, 200);
  return [
    { title: text },
    { title: text, notebookId: draw.pick([...IDS, null]) },
    { content: `${before}${text} ` },
    { content: draw.chance(0.2) ? 'long '.repeat(400) : `${text} ${before}` },
    { tags: draw.chance(0.5) ? [...(tags as readonly Json[]).slice(1)] : [text] },
    { stars: Number(stars) + draw.pick([1, 1, -1, 5]) },
    { stars: Number(stars) + 1, title: text },
  ];
}

function operate({ world, tab, engine, draw }: Page): void {
  const variables = { id: draw.pick(IDS), text: draw.pick(['bad', 'broken', `o${draw.below(1_000)}`]) };
  const operation = {
    name: 'Touch',
    text: 'mutation Touch { touch }',
    variables,
    scope: scopeFor(tab, draw),
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
  if (history.length > 0) begin('restore a lost value', () => engine.restore(draw.pick(history).id));
}

function signOut({ world, device, tab, engine, draw }: Page): void {
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

function someoneElse({ world, draw, device }: Scene): void {
  const { server } = world;
  const scope = draw.pick(['team:demo', 'team:demo', 'catalog', `user:${device.user}`]);
  const type = draw.pick(TYPES);
  const text = `s${draw.below(1_000)}`;
  const known = server.record(type, scope, 'r1');
  const values: Record<string, Json> = { ...valuesFor(type, { shown: undefined, text, draw }) };
  // A reference that the server's own code writes has to be there.
  delete values['notebookId'];
  if ('stars' in values) values['stars'] = Number(known?.['stars'] ?? 0) + 1;
  const isDeleted = type !== 'Notebook' && draw.chance(0.25);
  server.put(type, scope, { id: draw.pick(IDS), ...values, deleted: isDeleted });
}

function freeze({ world, device, draw }: Scene): void {
  const frozen = device.tabs.find((tab) => tab.isFrozen);
  if (frozen !== undefined) {
    frozen.isFrozen = false;
    world.rare.hit('a frozen tab went on');
    return frozen.tell('resumed');
  }
  const tab = device.tabs[draw.below(device.tabs.length)];
  if (tab === undefined) return;
  tab.isFrozen = true;
  world.rare.hit('a tab froze');
}

const MAX_RESTORES = 4;

function backUpOrRestore({ world, draw }: Scene): void {
  if (world.backups.length === 0 || draw.chance(0.5)) return void world.backups.push(world.server.backup());
  if (world.restores >= MAX_RESTORES) return;
  world.restores += 1;
  world.rare.hit('a backup was restored');
  draw.pick(world.backups)();
}

function changeAccess({ world, device, draw }: Scene): void {
  const full = accessOf(device.user);
  const known = world.server.access[device.user];
  if (known === undefined) return;
  const kept =
    known.length < full.length || draw.chance(0.3) ? full : full.filter(({ id }) => id !== 'team:demo');
  const isReadOnly = kept === full && draw.chance(0.3);
  known.splice(
    0,
    known.length,
    ...kept.map((scope) =>
      isReadOnly && scope.id === 'team:demo' ? { ...scope, access: 'READ' as const } : scope,
    ),
  );
  world.rare.hit(kept === full ? (isReadOnly ? 'access: read only' : 'access: gained') : 'access: lost');
  if (draw.chance(0.5)) world.poke('team:demo', world.server.head('team:demo'), true);
}
