import { check } from '../check.ts';
import { expectEqual, expectThat, NotObservable, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { PokeListener } from '../poke-listener.ts';
import type { Poke } from '../poke-listener.ts';
import { dataOf } from '../wire.ts';
import type { Actor } from '../wire.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt } from '../world.ts';

const TRIES = 20;
const PAUSE_MS = 250;
/** R31: the socket is closed within 5 s after the token has ended; its own time is added. */
const CLOSE_MS = 5_000;

async function pokesAfterCommit(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  await expectPoke(world, { type, listener: type.place.actor });
}

async function pokesOthers(world: World): Promise<void> {
  const { type, other } = world.shared();
  await expectPoke(world, { type, listener: other });
}

/** Pokes may be lost, so pushes go on until one arrives; that none ever does is no loss. */
async function expectPoke(
  world: World,
  { type, listener }: { readonly type: TypeInUse; readonly listener: Actor },
): Promise<void> {
  const { scope } = type.place;
  const socket = new PokeListener(world.wire, listener, [scope]);
  try {
    const device = world.device(type.place);
    const before = await world.create(device, type);
    const poke = () => socket.pokes.find(({ head }) => head >= before.version);
    for (let tries = 0; tries < TRIES && poke() === undefined && socket.failure === null; tries += 1) {
      await world.create(device, type);
      await socket.next(PAUSE_MS);
    }
    const arrived = poke();
    expectThat(arrived !== undefined, `no poke arrives after ${TRIES} pushes ${spell(socket.failure ?? '')}`);
    expectEqual(
      [Object.keys(arrived).sort().join(' '), arrived.scope],
      ['accessChanged head scope', scope],
      'a poke',
    );
    await expectCommitted(world, listener, arrived);
  } finally {
    await socket.close();
  }
}

/** What a poke announces is there to be pulled, and the heads say so too. */
async function expectCommitted(world: World, listener: Actor, { scope, head }: Poke): Promise<void> {
  const pulled = await world.pullAll(
    { actor: listener, scope },
    await world.checkpoint({ actor: listener, scope }),
  );
  const [delta] = Object.values(itemAt(pulled.pages, 0));
  expectThat(
    (delta?.at.head ?? 0) >= head,
    `a poke announces ${head}, and a pull after it ends at ${delta?.at.head}`,
  );
  const { heads } = world.wire.documents;
  const data = dataOf(await world.wire.send(listener, { query: heads.text, operationName: heads.name }));
  const { scopes } = data['viewer'] as { readonly scopes: Actor['scopes'] };
  const known = scopes.find(({ id }) => id === scope);
  expectThat((known?.head ?? 0) >= head, `a poke announces ${head}, and the viewer's head is ${known?.head}`);
  expectEqual(known?.epoch, delta?.at.epoch, "the epoch beside the viewer's head");
}

async function refusesSockets(world: World): Promise<void> {
  const { actor } = world;
  const stranger = new PokeListener(world.wire, { token: 'nonsense' }, []);
  const foreign = new PokeListener(world.wire, actor, [world.freshId()]);
  try {
    await foreign.next(CLOSE_MS);
    expectThat(foreign.failure !== null, 'pokes of a scope without access are not refused');
    const code = await stranger.closedWithin(CLOSE_MS);
    expectThat(code === 4401 || code === 4403, `a socket with a bad token is closed with ${code}`);
  } finally {
    await stranger.close();
    await foreign.close();
  }
}

async function endsWithItsToken(world: World): Promise<void> {
  const { endingToken } = world;
  if (endingToken === undefined)
    throw new NotObservable('needs --ending-token, one that ends while this runs');
  const endsInMs = endOf(endingToken) - Date.now();
  if (endsInMs < 0 || endsInMs > 15_000)
    throw new NotObservable('--ending-token has to end within 15 s from now');
  const socket = new PokeListener(world.wire, { token: endingToken }, [itemAt(world.actor.scopes, 0).id]);
  try {
    const code = await socket.closedWithin(endsInMs + CLOSE_MS);
    expectEqual(code, 4403, 'what a socket is closed with within 5 s after its token ended');
  } finally {
    await socket.close();
  }
}

function endOf(token: string): number {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { readonly exp: number }).exp * 1_000;
}

export const liveChecks: readonly Check[] = [
  check('R30', 'after a commit a poke with its head arrives, and no data', pokesAfterCommit),
  check('R30', 'others who share the scope are poked', pokesOthers),
  check('R30', 'pokes are for those who may read', refusesSockets),
];

/** What takes seconds of waiting; runs beside the others. */
export const patientChecks: readonly Check[] = [
  check('R31', 'a socket ends with its token', endsWithItsToken),
];
