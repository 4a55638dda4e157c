import type { SyncEngine, WriteInput } from '../../sync/model.ts';
import type { Draw, SyncedType } from './plan.ts';
import type { SimulatedDevice } from './simulated-device.ts';
import type { SimulatedTab } from './simulated-tab.ts';
import type { World } from './world.ts';

/** Where a step happens, and what it draws from. */
export interface Scene {
  readonly world: World;
  readonly device: SimulatedDevice;
  readonly draw: Draw;
}

/** With an open page. */
export interface Page extends Scene {
  readonly tab: SimulatedTab;
  readonly engine: SyncEngine;
}

/** A record that something is done with. */
export type Ref = { readonly type: SyncedType; readonly scope: string; readonly id: string };

export type Input = WriteInput & { readonly scope: string };

/** Where something is written. */
export function scopeIn({ world, device, draw }: Scene): string {
  const scope = draw.pick(world.words.scopes);
  return scope === 'own' ? `user:${device.user}` : scope;
}

export function refIn({ world, draw }: Pick<Scene, 'world' | 'draw'>, scope: string): Ref {
  const { types, ids } = world.words;
  return { type: draw.pick(types), scope, id: draw.pick(ids) };
}
