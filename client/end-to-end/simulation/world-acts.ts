/** What others, servers and machines do. */
import type { Json } from '../../sync/manifest.ts';
import { valuesFor } from './edits.ts';
import { refIn, type Scene } from './scene.ts';
import { accessOf } from './world.ts';

export function someoneElse({ world, draw, device }: Scene): void {
  const { server } = world;
  const { ids, types } = world.words;
  const scope = draw.pick(['team:demo', 'team:demo', 'catalog', `user:${device.user}`]);
  const type = draw.pick(types);
  const text = `s${draw.below(1_000)}`;
  const known = server.record(type, scope, 'r1');
  const values: Record<string, Json> = { ...valuesFor(type, { shown: undefined, text, draw }) };
  // A reference that the server's own code writes has to be there.
  delete values['notebookId'];
  if ('stars' in values) values['stars'] = Number(known?.['stars'] ?? 0) + 1;
  const isDeleted = type !== 'Notebook' && draw.chance(0.25);
  server.put(type, scope, { id: draw.pick(ids), ...values, deleted: isDeleted });
}

/** Mostly right after somebody deleted something: no device has heard of that tombstone. */
export function purge({ world, draw, device }: Scene): void {
  const { server } = world;
  const scope = draw.pick(['team:demo', 'team:demo', `user:${device.user}`]);
  const ref = refIn({ world, draw }, scope);
  if (ref.type !== 'Notebook' && draw.chance(0.7)) server.put(ref.type, scope, { id: ref.id, deleted: true });
  for (const type of ['Note', 'Card', 'Setting']) server.purge(type, scope);
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

export function backUpOrRestore({ world, draw }: Scene): void {
  if (world.backups.length === 0 || draw.chance(0.5)) return void world.backups.push(world.server.backup());
  if (world.restores >= MAX_RESTORES) return;
  world.restores += 1;
  world.rare.hit('a backup was restored');
  draw.pick(world.backups)();
  // Sockets that connect anew are told where the scopes stand.
  if (draw.chance(0.5))
    for (const { id } of accessOf('ada')) world.poke(id, world.server.head(id) + 1, false);
}

export function changeAccess({ world, device, draw }: Scene): void {
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
