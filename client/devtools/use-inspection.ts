import { isSameList, listenToAll, useEngineValue, type EngineValue } from '../react/use-engine-value.ts';
import type { Inspection } from '../sync/model.ts';

/** What the engine holds and does, followed. */
export function useInspection(): Inspection {
  return useEngineValue(INSPECTION);
}

const INSPECTION: EngineValue<Inspection> = {
  read: (engine) => engine.inspector.read(),
  listen(engine, changed) {
    const stops = [listenToAll(engine, changed), engine.inspector.listen(changed)];
    return () => stops.forEach((stop) => stop());
  },
  // Its parts are other objects once they differ.
  isSame: (before, now) =>
    before.device === now.device &&
    before.changes === now.changes &&
    before.exchanges === now.exchanges &&
    isSameList(before.scopes, now.scopes),
};
