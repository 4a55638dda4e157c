import type { EntityModel, SyncEngine } from './model.ts';
import type { Clock, Hash, Pokes, Store } from './ports.ts';

export interface EnginePorts {
  readonly entities: readonly EntityModel[];
  readonly store: Store;
  readonly pokes: Pokes;
  readonly hash: Hash;
  readonly clock: Clock;
}

export function createSyncEngine(ports: EnginePorts): SyncEngine {
  throw new Error(`not there yet: ${ports.entities.length}`);
}
