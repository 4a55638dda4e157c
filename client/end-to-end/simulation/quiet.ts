/** The end of a run: faults stop, and everything has to come to rest by itself (I16). */
import type { SyncEngine, SyncStatus, VisibleRecord } from '../../sync/model.ts';
import { visibleByStorage } from '../../testing/visible-by-storage.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import type { World } from './world.ts';

/** I16: twice the longest backoff and twice the longest round trip. */
const LIMIT_MS = 2 * 60_000 + 2 * 200;

/** Everything that people had taken away is given back; what the network and the machines did stops. */
export async function makeQuiet(world: World): Promise<void> {
  world.isQuiet = true;
  world.scheduler.trace.note('quiet');
  for (const device of world.devices) {
    for (const tab of device.tabs) {
      tab.isFrozen = false;
      tab.isShown = true;
      tab.tell('resumed');
      if (!tab.isPlugged) tab.plug(true);
    }
    if (device.tabs.length === 0) device.openTab();
  }
  await world.scheduler.pass(10);
  for (const device of world.devices) signIn(world, device);
}

/** Liveness is promised to whoever is signed in and did not pause. */
function signIn(world: World, device: SimulatedDevice): void {
  const [first] = device.awake;
  if (first === undefined) return;
  world.begin('resume', () => first.engine.resume());
  for (const { engine } of device.awake.slice(1))
    if (engine.status().phase === 'signedOut') world.begin('resume', () => engine.resume());
}

/** What did not come to hold in time; empty when all did. */
export async function settle(world: World): Promise<readonly string[]> {
  const isCalm = (): boolean => world.devices.every((device) => isAtRest(world, device));
  await world.scheduler.until(isCalm, LIMIT_MS);
  if (isCalm()) return [];
  return world.devices.filter((device) => !isAtRest(world, device)).map((device) => describe(world, device));
}

function isAtRest(world: World, device: SimulatedDevice): boolean {
  const { tabs, recorder } = device;
  // What it asked before the faults ended may hang for as long as a connection may.
  if (tabs.some(({ transport }) => transport.isAwaiting)) return false;
  const pending = [...recorder.outbox.values()].filter(({ place }) => place === 'pending').length;
  // The dearest question of a run: once for each page.
  const open = tabs.map(({ engine }) => (engine === null ? null : scopesAtRest(engine, pending)));
  const [scopes = null] = open;
  return scopes !== null && !open.includes(null) && isAtHead(world, device, scopes);
}

/** The open scopes of an engine that has nothing left to do; null: it has. */
function scopesAtRest(engine: SyncEngine, pending: number): Scopes | null {
  const status = engine.status();
  if (status.phase !== 'idle' || status.pending !== pending) return null;
  const isHeld = pending === 0 || engine.pending().every(({ heldBy }) => heldBy !== null);
  return isHeld && status.scopes.length > 0 ? status.scopes : null;
}

type Scopes = SyncStatus['scopes'];

/** By what is stored. */
function isAtHead(world: World, device: SimulatedDevice, open: Scopes): boolean {
  const { server } = world;
  const readable = new Set(server.access[device.user]?.map(({ id }) => id));
  return open.every(({ id }) => {
    const row = device.recorder.scopes.get(id);
    return readable.has(id) && row?.epoch === server.epoch && row.checkpoint === server.head(id);
  });
}

function describe(world: World, device: SimulatedDevice): string {
  const { server } = world;
  const tabs = device.tabs.map((tab) => {
    const status = tab.engine?.status();
    return {
      name: tab.name,
      phase: status?.phase ?? 'not open',
      leader: status?.leader,
      error: status?.error,
      pending: tab.engine?.pending().map(({ change, heldBy, sent }) => ({ change, heldBy, sent })),
    };
  });
  const scopes = [...device.recorder.scopes.values()].map(({ id, epoch, checkpoint }) => {
    return { id, epoch, checkpoint, head: server.head(id) };
  });
  return `I16 ${device.name} is not at rest: ${JSON.stringify({ epoch: server.epoch, scopes, tabs })}`;
}

/** I6 in the middle of everything, of each tab, where it can be told: while no transaction and no message is under way. */
export async function checkShownNow(world: World, device: SimulatedDevice): Promise<void> {
  const { tabs, awake, database } = device;
  if (
    awake.length === 0 ||
    database.isGone ||
    device.hasUntold ||
    tabs.some(({ storageCalls }) => storageCalls.length > 0)
  )
    return;
  const hearing = awake.filter(({ tab }) => !world.scheduler.isAwaited(tab, 'message'));
  world.rare.hit('what is visible was computed anew in the middle of a run');
  if (hearing.length > 1) world.rare.hit('what several tabs show was computed anew in the middle of a run');
  const wanted = await visibleByStorage(device.database, world.manifest);
  for (const page of hearing) world.errors.push(...differences(page, wanted));
}

/** I6 and I22: each tab shows what follows from what is stored, and nothing else; of a scope that was lost nothing is stored. */
export async function checkShown(world: World): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const device of world.devices) {
    const wanted = await visibleByStorage(device.database, world.manifest);
    for (const { tab } of device.awake) wrong.push(...(tab.page?.check() ?? []));
    for (const page of device.awake) wrong.push(...differences(page, wanted));
    const readable = new Set(world.server.access[device.user]?.map(({ id }) => id));
    for (const { type, scope, id, version } of wanted)
      if (version > 0 && !readable.has(scope))
        wrong.push(`I22 ${device.name} holds ${scope} ${type}/${id}:${version} of a scope that it lost`);
  }
  return wrong;
}

function differences(
  { tab, engine }: SimulatedDevice['awake'][number],
  wanted: readonly VisibleRecord[],
): readonly string[] {
  return wanted.flatMap((record) => {
    const shown = JSON.stringify(engine.read(record));
    const stored = JSON.stringify(record);
    return shown === stored ? [] : [`I6 ${tab.name} shows ${shown} for ${stored}`];
  });
}
