import { Violation, spell } from './expect.ts';
import { requiredValues } from './sample-values.ts';
import { readSchema } from './type-shape.ts';
import type { TypeShape } from './type-shape.ts';
import { dataOf, Wire } from './wire.ts';
import type { Actor, SyncDocuments } from './wire.ts';
import { World } from './world.ts';
import type { TypeInUse } from './world.ts';
import type { Place } from './test-device.ts';

export interface ConformanceTarget {
  /** The GraphQL endpoint, such as `http://localhost:4000/graphql`; its WebSocket has the same path. */
  readonly url: string;
  readonly token: string;
  /** Tokens of other users: for what takes two, and for scopes that the first may not write. */
  readonly otherTokens?: readonly string[];
  /** A token of the first user that ends within 15 s from now. */
  readonly endingToken?: string | undefined;
  /** Where records are made. Default: the first scope that the first user may write. */
  readonly scope?: string | undefined;
  /** The types to try. Default: all of the documents. */
  readonly types?: readonly string[] | undefined;
  /** The server's schema in SDL, directives included. */
  readonly sdl: string;
  readonly documents: SyncDocuments;
}

/** Reasons of a type's own, which say nothing about the server. */
const OWN_REASONS = new Set(['RULE_VIOLATED', 'FORBIDDEN', 'ALREADY_EXISTS', 'MISSING_REFERENCE']);

/** Signs in, and finds a place for each type by making a record there. */
export async function openWorld(
  target: ConformanceTarget,
  run: string,
): Promise<{ readonly world: World; readonly leftOut: readonly string[] }> {
  const wire = new Wire(target.url, target.documents);
  const actor = await signIn(wire, target.token);
  const others = await Promise.all((target.otherTokens ?? []).map((token) => signIn(wire, token)));
  const schema = readSchema(target.sdl);
  const parts = { wire, actor, others, mutations: schema.mutations, endingToken: target.endingToken };
  const { types, leftOut } = await typesToTry(
    new World({ ...parts, types: [], run: `${run}-0` }),
    schema.types,
    target,
  );
  const isAsked = target.types !== undefined && leftOut.length > 0;
  if (types.length === 0 || isAsked)
    throw new Violation(`Not every type can be tried. ${leftOut.join('; ')}`);
  return { world: new World({ ...parts, types, run }), leftOut };
}

async function typesToTry(world: World, known: readonly TypeShape[], target: ConformanceTarget) {
  const own = ownPlace(world.actor, target.scope);
  const leftOut: string[] = [];
  const types: TypeInUse[] = [];
  for (const name of target.types ?? target.documents.types) {
    const type = known.find((candidate) => candidate.name === name);
    const place = type === undefined ? null : placeOf(type, own, [world.actor, ...world.others]);
    const problem = await problemOf(world, type, place);
    if (type !== undefined && place !== null && problem === null) types.push({ ...type, place });
    else leftOut.push(`${name}: ${problem ?? 'it is not in the schema'}`);
  }
  return { types, leftOut };
}

async function signIn(wire: Wire, token: string): Promise<Actor> {
  const { name, text } = wire.documents.heads;
  const answer = await wire
    .send({ token, id: '' }, { operationName: name, query: text, holdfast: {} })
    .catch((error: unknown) => {
      throw error instanceof Violation
        ? error
        : new Violation(`${wire.url} does not answer: ${String(error)}`);
    });
  const { id, scopes } = dataOf(answer)['viewer'] as Pick<Actor, 'id' | 'scopes'>;
  return { token, id, scopes };
}

function ownPlace(actor: Actor, scope: string | undefined): Place {
  const writable = actor.scopes.filter(({ access }) => access === 'WRITE');
  const found = scope === undefined ? writable[0] : writable.find(({ id }) => id === scope);
  if (found === undefined)
    throw new Violation(`The user ${actor.id} may not write in ${scope ?? 'any scope'}.`);
  return { actor, scope: found.id };
}

/** A type with a scope of its own goes there, with whoever may write in it. */
function placeOf({ scope }: TypeShape, own: Place, actors: readonly Actor[]): Place | null {
  if (scope === undefined) return own;
  const actor = actors.find(({ scopes }) =>
    scopes.some(({ id, access }) => id === scope && access === 'WRITE'),
  );
  return actor === undefined ? null : { actor, scope };
}

/** Why a type cannot be tried here; null when it can. @throws Violation when that is the server's fault */
async function problemOf(
  world: World,
  type: TypeShape | undefined,
  place: Place | null,
): Promise<string | null> {
  if (type === undefined) return 'it is not in the schema';
  if (place === null) return `nobody of these may write in its scope ${type.scope ?? ''}`;
  let values;
  try {
    values = requiredValues(type);
  } catch (error) {
    return String(error);
  }
  const device = world.device(place);
  const change = { type: type.name, id: world.freshId(), values };
  const { outcome, error, record } = await device.change(change);
  if (record !== null) {
    await device.change({ type: type.name, id: record.id, version: record.version, deleted: true });
  }
  if (outcome === 'APPLIED') return null;
  if (error !== null && OWN_REASONS.has(error.code)) return `a new one is refused: ${error.message}`;
  throw new Violation(`${type.name}: a creation with valid values answers ${outcome} ${spell(error)}`);
}
