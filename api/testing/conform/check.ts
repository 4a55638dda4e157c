import { NotObservable, Violation } from './expect.ts';
import type { TypeInUse, World } from './world.ts';

/** One thing that one rule promises, tried on a server. */
export interface Check {
  /** `R1` … `R33`, or the name of a part of the protocol that has no number. */
  readonly rule: string;
  /** What is promised, in a few words. */
  readonly says: string;
  /** @throws Violation when the promise is broken, NotObservable when nothing of it can be seen */
  run(world: World): Promise<void>;
}

export function check(rule: string, says: string, run: (world: World) => Promise<void>): Check {
  return { rule, says, run };
}

/** A promise about each type: tried with all that can be written here, at the same time. */
export function checkTypes(
  rule: string,
  says: string,
  run: (world: World, type: TypeInUse) => Promise<void>,
): Check {
  return {
    rule,
    says,
    run: async (world) => {
      const ends = await Promise.allSettled(world.types.map((type) => runForType(world, { type, run })));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      // A type without the merger or policy that a check is about is no gap as long as another one has it.
      const reasons = ends.flatMap((end) => (end.status === 'fulfilled' ? (end.value ?? []) : []));
      if (reasons.length === world.types.length) throw new NotObservable([...new Set(reasons)].join('; '));
    },
  };
}

/** Why it cannot be seen with this type; null when it was. */
async function runForType(
  world: World,
  { type, run }: { readonly type: TypeInUse; readonly run: (world: World, type: TypeInUse) => Promise<void> },
): Promise<string | null> {
  try {
    await run(world, type);
    return null;
  } catch (error) {
    if (error instanceof NotObservable) return error.message;
    throw error instanceof Violation ? new Violation(`${type.name}: ${error.message}`) : error;
  }
}
