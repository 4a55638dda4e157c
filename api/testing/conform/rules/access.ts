import { check } from '../check.ts';
import { expectEqual, expectThat, NotObservable, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { requiredValues } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt, pageOf } from '../world.ts';
import { camelCase, codeOf } from '../wire.ts';
import type { Answer } from '../wire.ts';

const BROKEN_CURSORS = ['x', '', 'bm90IGEgY3Vyc29y', 'a'.repeat(5_000)];

async function refusesBrokenCursors(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const { actor, scope } = type.place;
  const since = (cursor: string) =>
    world.wire.pull(actor, { scope, [`${camelCase(type.name)}Since`]: cursor });
  const { cursor } = pageOf(await world.pull(type.place, await world.checkpoint(type.place)), type);
  for (const broken of [...BROKEN_CURSORS, cursor.slice(0, -2), `${cursor}A`]) {
    expectEqual(codeOf(await since(broken)), 'BAD_CURSOR', `the code for the cursor ${spell(broken)}`);
  }
}

async function bindsCursors(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const { actor, scope } = type.place;
  const cursors = await world.checkpoint(type.place);
  const cursor = cursors[type.name];
  const otherType = Object.keys(cursors).find((name) => name !== type.name);
  const otherScope = actor.scopes.find(({ id }) => id !== scope)?.id;
  if (otherType === undefined && otherScope === undefined) {
    throw new NotObservable('needs a second type or a token with two scopes');
  }
  if (otherType !== undefined) {
    const answer = await world.wire.pull(actor, { scope, [`${camelCase(otherType)}Since`]: cursor });
    expectEqual(codeOf(answer), 'BAD_CURSOR', 'the code for a cursor of another type');
  }
  if (otherScope !== undefined) {
    const variables = { scope: otherScope, [`${camelCase(type.name)}Since`]: cursor };
    const answer = await world.wire.pull(actor, variables);
    expectEqual(codeOf(answer), 'BAD_CURSOR', 'the code for a cursor of another scope');
  }
}

/** The answers for a scope, by what was asked, with the scope's name taken out. */
async function askAbout(
  world: World,
  type: TypeInUse,
  scope: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { actor } = world;
  const one = camelCase(type.name);
  const query = (text: string) => world.wire.send(actor, { query: text, variables: { scope } });
  const push = { scope, [`${one}Changes`]: [{ id: 'conform-nothing', ...requiredValues(type) }] };
  const answers: Readonly<Record<string, Answer>> = {
    pull: await world.wire.pull(actor, { scope }),
    push: await world.wire.push(actor, push),
    list: await query(`query ($scope: ID!) { ${type.plural}(scopes: [$scope]) { id } }`),
    count: await query(`query ($scope: ID!) { ${one}Count(scopes: [$scope]) }`),
    one: await query(`query ($scope: ID!) { ${one}(scope: $scope, id: "conform-nothing") { id } }`),
    digest: await query('query ($scope: ID!) { scopeDigest(scope: $scope) { type count } }'),
  };
  return Object.fromEntries(
    Object.entries(answers).map(([what, { status, body }]) => [
      what,
      [
        status,
        JSON.stringify(body)
          .replaceAll(scope, '…')
          .replaceAll(/"id":"[^"]{20,}"/g, '"id":"…"'),
      ],
    ]),
  );
}

async function forbidsAlike(world: World): Promise<void> {
  const foreign = world.others.flatMap(({ scopes }) => scopes).find(({ id }) => !isOwn(world, id))?.id;
  if (foreign === undefined)
    throw new NotObservable('needs --other-token of a user with a scope of their own');
  const type = world.types.find(({ scope }) => scope === undefined) ?? itemAt(world.types, 0);
  const absent = `${foreign.slice(0, foreign.indexOf(':') + 1)}${world.freshId()}`;
  const [there, nowhere] = [await askAbout(world, type, foreign), await askAbout(world, type, absent)];
  for (const [what, answer] of Object.entries(there)) {
    expectEqual(
      nowhere[what],
      answer,
      `the answer to ${what} for a scope that does not exist, against one that does,`,
    );
  }
}

function isOwn({ actor }: World, scope: string): boolean {
  return actor.scopes.some(({ id }) => id === scope);
}

async function forbidsForeignScopes(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const scope = world.freshId();
  const pulled = await world.wire.pull(world.actor, { scope });
  expectEqual(codeOf(pulled), 'SCOPE_FORBIDDEN', 'the code of a pull of a scope without access');
  const device = world.device({ actor: world.actor, scope });
  const change = { type: type.name, id: world.freshId(), values: requiredValues(type) };
  const result = await device.change(change);
  expectEqual(
    [result.error?.code, result.record],
    ['SCOPE_FORBIDDEN', null],
    'a change in a scope without access',
  );
}

async function wantsTheRightViewer(world: World): Promise<void> {
  const query = '{ viewer { id } }';
  const answer = await world.wire.send(world.actor, { query, holdfast: { viewer: world.freshId() } });
  expectEqual([answer.status, codeOf(answer)], [401, 'WRONG_VIEWER'], 'status and code for another viewer');
}

async function wantsATokenThatIsGood(world: World): Promise<void> {
  const query = '{ viewer { id } }';
  const { actor } = world;
  for (const user of [null, { ...actor, token: 'nonsense' }, { ...actor, token: `${actor.token}x` }]) {
    const answer = await world.wire.send(user, { query, holdfast: {} });
    const retry = answer.body.errors?.[0]?.extensions?.retry;
    expectEqual(
      [answer.status, codeOf(answer), retry],
      [401, 'UNAUTHENTICATED', 'NEVER'],
      'status, code and retry',
    );
  }
}

async function codesEveryRefusal(world: World): Promise<void> {
  const { documents } = world.wire;
  const bad = await world.wire.send(world.actor, {
    query: documents.pull.text,
    operationName: documents.pull.name,
    variables: { limit: 'many' },
  });
  const invalid = await world.wire.send(world.actor, { query: '{ conformNoSuchField }' });
  const broken = await world.wire.send(world.actor, { query: '{' });
  const codes = [codeOf(bad), codeOf(invalid), codeOf(broken)];
  const expected = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED'];
  expectEqual(codes, expected, 'the codes for bad variables, an unknown field and a broken document');
  expectThat(
    [bad, invalid, broken].every(({ status }) => status === 400),
    'a request that cannot be executed answers another status than 400',
  );
}

export const accessChecks: readonly Check[] = [
  check('R6', 'a malformed cursor is refused', refusesBrokenCursors),
  check('R6', 'a cursor belongs to one type and scope', bindsCursors),
  check('R6', 'a scope without access is refused', forbidsForeignScopes),
  check('R6', 'a scope without access looks the same whether it exists or not', forbidsAlike),
  check('Refusals', 'an answer is only for the viewer it was asked for', wantsTheRightViewer),
  check('Refusals', 'without a good token nothing is answered', wantsATokenThatIsGood),
  check('Refusals', 'a request that cannot be executed says so by code', codesEveryRefusal),
];
