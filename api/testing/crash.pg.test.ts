import { afterAll, expect, test } from 'vitest';
import { startApiProcess } from './api-process.ts';
import { CrashWriter, type Acknowledged } from './crash-writer.ts';
import { graphqlRequest } from './graphql-request.ts';
import { startOwnPostgres } from './own-postgres.ts';
import { seededRandom } from './seeded-random.ts';

const isLong = process.env['HOLDFAST_LONG'] === '1';
const KILLS = Number(process.env['HOLDFAST_KILLS'] ?? (isLong ? 200 : 10));
const WRITERS = 4;
/** More than will be ordered. */
const STOCK = 1_000_000;
const SEED = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const LONGEST_QUIET_MS = 400;

/** How long no writer may get through before the test gives up and says where things stand. */
const STUCK_MS = 120_000;

const pick = <T>(random: number, [first, ...rest]: readonly [T, ...T[]]): T =>
  rest[Math.floor(random * (rest.length + 1)) - 1] ?? first;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const cleanUp: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const step of cleanUp.reverse()) await step();
}, 60_000);

async function startAll() {
  const postgres = await startOwnPostgres();
  cleanUp.push(() => postgres.remove());
  const settings = { HOLDFAST_REQUESTS_PER_SECOND: '10000' };
  const api = await startApiProcess({ demo: true, databaseUrl: postgres.url, settings });
  cleanUp.push(() => api.stop());
  const made = await graphqlRequest(api, {
    query: `mutation { upsertProducts(scope: "catalog", changes: [
      { id: "counted", name: "Counted", price: 1, stock: 0 }, { id: "ordered", name: "Ordered", price: 1, stock: ${STOCK} }
    ]) {
      results { outcome }
    } }`,
    token: await api.tokenFor('sam'),
  });
  expect(made.text).toContain('APPLIED');
  return { api, postgres };
}

type Running = Awaited<ReturnType<typeof startAll>>;

const sum = (writers: readonly CrashWriter[], count: (writer: CrashWriter) => number) =>
  writers.reduce((total, writer) => total + count(writer), 0);

/** Returns once somebody got an answer: without that nothing is tried between two kills. */
async function untilAnswered(
  { api }: Running,
  writers: readonly CrashWriter[],
  ended: Promise<unknown>,
): Promise<void> {
  const answered = () => sum(writers, ({ acknowledged }) => acknowledged.length);
  const deadline = performance.now() + STUCK_MS;
  for (const before = answered(); answered() === before;) {
    await Promise.race([pause(5), ended]);
    if (api.isRunning && performance.now() < deadline) continue;
    const sending = writers.map((writer) => writer.sending);
    throw new Error(`Nobody gets through. Sending: ${sending.join()}. The API said:\n${api.output()}`);
  }
}

async function killOne({ api, postgres }: Running, random: () => number): Promise<string> {
  const target = pick(random(), ['api', 'postgres', 'both']);
  if (target !== 'postgres') await api.kill();
  if (target !== 'api') {
    await postgres.kill();
    await pause(random() * 100);
    await postgres.start();
  }
  if (target !== 'postgres') await api.restart();
  return target;
}

async function headOf({ api }: Running): Promise<number> {
  const [row] = await api.sql("SELECT head FROM holdfast.counter WHERE scope = 'catalog'");
  return Number(row?.['head']);
}

test(
  `I7 I8 I14 the API and Postgres are killed ${KILLS} times under ${WRITERS} writers, pushes and operations: nothing acknowledged is lost, nothing is done twice (seed ${SEED})`,
  { timeout: KILLS * 60_000 + 60_000 },
  async () => {
    const running = await startAll();
    const headBefore = await headOf(running);
    const random = seededRandom(SEED);
    const stop = new AbortController();
    const writers = Array.from(
      { length: WRITERS },
      (_, at) =>
        new CrashWriter({ api: running.api, name: `writer${at}`, random: seededRandom(SEED + at + 1) }),
    );
    const ended = Promise.all(writers.map((writer) => writer.write(stop.signal)));
    const targets: string[] = [];
    const inside = { push: 0, operation: 0 };
    while (targets.length < KILLS) {
      await untilAnswered(running, writers, ended);
      await Promise.race([pause(random() * LONGEST_QUIET_MS), ended]);
      for (const kind of KINDS) inside[kind] += writers.some(({ sending }) => sending === kind) ? 1 : 0;
      targets.push(await killOne(running, random));
    }
    stop.abort();
    await ended;

    const acknowledged = writers.flatMap((writer) => writer.acknowledged);
    const count = (kind: Acknowledged['kind']) => acknowledged.filter((one) => one.kind === kind).length;
    const total = (of: 'replayed' | 'repeated') =>
      Object.fromEntries(KINDS.map((kind) => [kind, sum(writers, (writer) => writer[of][kind])]));
    const [pushes, placed] = [count('product'), count('placement')];
    const [replayed, repeated] = [total('replayed'), total('repeated')];
    const numbers = acknowledged.length;
    const kills = {
      seed: SEED,
      targets: targets.join(' '),
      inside,
      pushes,
      placed,
      numbers,
      replayed,
      repeated,
    };
    process.stdout.write(`kills ${JSON.stringify(kills)}\n`);
    expect(inside.push).toBeGreaterThan(0);
    // Rare: only many kills are sure to hit an operation, or the moment between a commit and its answer.
    if (isLong)
      expect(
        Math.min(inside.operation, ...Object.values(replayed), ...Object.values(repeated)),
      ).toBeGreaterThan(0);

    expect(acknowledged.filter(({ outcome }) => !['APPLIED', 'MERGED'].includes(outcome))).toEqual([]);
    for (const writer of writers) expectInOrder(writer.acknowledged);
    // I14: every note acknowledged is there. I7: every push counted once, every order placed once, every record written
    // took one position.
    expect(await running.api.sql("SELECT FROM note WHERE scope = 'catalog'")).toHaveLength(count('note'));
    const stock = await running.api.sql('SELECT id, stock FROM product WHERE id IN ($1, $2) ORDER BY id', [
      'counted',
      'ordered',
    ]);
    expect(stock).toEqual([
      { id: 'counted', stock: pushes },
      { id: 'ordered', stock: STOCK - placed },
    ]);
    const orders = await running.api.sql(
      `SELECT number FROM "order" WHERE status = 'PLACED' ORDER BY number`,
    );
    expect(orders.map(({ number }) => number)).toEqual(Array.from({ length: placed }, (_, at) => at + 1));
    // A placement writes the order and its product.
    const written = numbers + placed;
    expect((await headOf(running)) - headBefore).toBe(written);

    for (const writer of writers) await expectSameAnswer(writer);
    expect((await headOf(running)) - headBefore).toBe(written);
  },
);

const KINDS = ['push', 'operation'] as const;

/** I8: asked once more, the same answers. */
async function expectSameAnswer(writer: CrashWriter): Promise<void> {
  const again = await writer.again();
  expect(again.every(({ replayed }) => replayed)).toBe(true);
  const outcomes = (results: readonly Acknowledged[]) => results.map(({ seq, outcome }) => [seq, outcome]);
  expect(outcomes(again)).toEqual(outcomes(writer.acknowledged.slice(-again.length)));
}

/** R12: one answer a number, and no number was left out. */
function expectInOrder(acknowledged: readonly Acknowledged[]): void {
  expect(acknowledged.map(({ seq }) => seq)).toEqual(acknowledged.map((_, at) => at + 1));
}
