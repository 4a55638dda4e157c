/** What others, servers and machines do. */
import type { Json } from '../../sync/manifest.ts';
import type { TransportRequest } from '../../sync/ports.ts';
import { valuesFor } from './edits.ts';
import type { SyncedType } from './plan.ts';
import { refIn, type Ref, type Scene } from './scene.ts';
import { accessOf } from './world.ts';

/**
 * Now, or the moment the server has answered the next such request: what it answered is under way, and will be of yesterday when it
 * arrives. One at a time lies in wait.
 */
function nowOrBehind(
  scene: Scene,
  name: 'HoldfastPush' | 'HoldfastPull',
  act: (scene: Scene, answered?: TransportRequest) => void,
): void {
  const { world, draw } = scene;
  if (draw.chance(0.5)) return act(scene);
  world.ambush = (request) => {
    if (request.document.name !== name) return;
    world.ambush = null;
    world.rare.hit(`something happened right behind the answer to ${name}`);
    act(scene, request);
  };
}

export const others = (scene: Scene): void =>
  scene.draw.chance(0.7) ? someoneElse(scene) : nowOrBehind(scene, 'HoldfastPush', someoneElse);
export const purge = (scene: Scene): void => nowOrBehind(scene, 'HoldfastPush', deleteAndPurge);
export const backUpOrRestore = (scene: Scene): void =>
  scene.world.backups.length === 0 || scene.draw.chance(0.4)
    ? void scene.world.backups.push(scene.world.server.backup())
    : nowOrBehind(scene, scene.draw.pick(['HoldfastPush', 'HoldfastPull']), restore);
export const access = (scene: Scene): void => nowOrBehind(scene, 'HoldfastPull', changeAccess);

/** The first record that a push wrote. */
function writtenBy(request: TransportRequest | undefined, { world }: Scene): Ref | null {
  for (const { name, single } of Object.values(world.manifest.types)) {
    const changes = request?.variables[`${single}Changes`] as readonly { readonly id: string }[] | undefined;
    const [first] = changes ?? [];
    const scope = String(request?.variables['scope']);
    if (first !== undefined) return { type: name as SyncedType, scope, id: first.id };
  }
  return null;
}

function someoneElse(scene: Scene, answered?: TransportRequest): void {
  const { world, draw, device } = scene;
  const { server } = world;
  const drawn = draw.pick(['team:demo', 'team:demo', 'catalog', `user:${device.user}`]);
  const { type, scope, id } = writtenBy(answered, scene) ?? refIn(scene, drawn);
  const text = `s${draw.below(1_000)}`;
  const known = server.record(type, scope, 'r1');
  const values: Record<string, Json> = { ...valuesFor(type, { shown: undefined, text, draw }) };
  // A reference that the server's own code writes has to be there.
  delete values['notebookId'];
  if ('stars' in values) values['stars'] = Number(known?.['stars'] ?? 0) + 1;
  const isDeleted = type !== 'Notebook' && draw.chance(0.25);
  server.put(type, scope, { id, ...values, deleted: isDeleted });
}

/** Mostly right after somebody deleted something: no device has heard of that tombstone. */
function deleteAndPurge(scene: Scene, answered?: TransportRequest): void {
  const { world, draw, device } = scene;
  const { server } = world;
  const drawn = draw.pick(['team:demo', 'team:demo', `user:${device.user}`]);
  const { type, scope, id } = writtenBy(answered, scene) ?? refIn(scene, drawn);
  if (type !== 'Notebook' && draw.chance(0.7)) server.put(type, scope, { id, deleted: true });
  for (const purged of ['Note', 'Card', 'Setting']) server.purge(purged, scope);
}

/** Once: both open a page, and are as one to whoever does something with it. */
export function clone({ world, device }: Scene): void {
  if (device.clone !== null || device.database.isGone) return;
  const clone = device.cloned(`d${world.devices.length + 1}`);
  world.devices.push(clone);
  world.rare.hit('a profile was cloned');
  clone.openTab();
}

export function freeze({ world, device, draw }: Scene): void {
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

function restore({ world, draw }: Scene): void {
  if (world.restores >= MAX_RESTORES) return;
  world.restores += 1;
  world.rare.hit('a backup was restored');
  draw.pick(world.backups)();
  // Sockets that connect anew are told where the scopes stand.
  if (draw.chance(0.5))
    for (const { id } of accessOf('ada')) world.poke(id, world.server.head(id) + 1, false);
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
