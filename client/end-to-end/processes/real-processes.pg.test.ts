import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiProcess } from '../../../api/testing/api-process.ts';
import { BusyShop } from './busy-shop.ts';
import { partition, PARTITIONS as KINDS } from './partitions.ts';
import { pause } from './recorded-device.ts';

const isLong = process.env['HOLDFAST_LONG'] === '1';
const SEED = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const count = (name: string, { short, long }: { readonly short: number; readonly long: number }) =>
  Number(process.env[name] ?? (isLong ? long : short));
const API_KILLS = count('HOLDFAST_API_KILLS', { short: 3, long: 500 });
const POSTGRES_KILLS = count('HOLDFAST_POSTGRES_KILLS', { short: 3, long: 200 });
const PARTITIONS = count('HOLDFAST_PARTITIONS', { short: 26, long: 1_000 });
const RESTARTS = count('HOLDFAST_RESTARTS', { short: 2, long: 20 });
/** The checker judges all that was written in one log: where the faults are many, the writes between two are fewer. */
const PAUSE_MS = isLong ? 240 : 60;
/** Everything comes to rest after so many faults, and is compared. */
const ROUND = 20;
/** A kill under load on a busy machine, and the start after it. */
const FAULT_MS = 30_000;
/** Times an API is started while Postgres recovers, on a machine that does much else. */
const STARTS = 10;

let shop: BusyShop;

beforeAll(async () => {
  shop = await BusyShop.open({ seed: SEED, apis: 2, pauseMs: PAUSE_MS });
}, 240_000);
afterAll(() => shop.close(), 60_000);

/** Runs so many faults, in rounds; after each everything is settled, nobody has seen a failure, and all hold what Postgres holds. */
async function inRounds(total: number, fault: (at: number) => Promise<void>): Promise<void> {
  for (let done = 0; done < total;) {
    for (const end = Math.min(total, done + ROUND); done < end; done += 1) await fault(done);
    await shop.settle();
    expect(shop.devices.flatMap(({ problems }) => problems)).toEqual([]);
    expect(await shop.differing()).toEqual([]);
    if (done < total) print('so far', { faults: done });
    shop.begin();
  }
}

function print(what: string, figures: object): void {
  process.stdout.write(`${what} ${JSON.stringify({ seed: SEED, ...figures, accepted: shop.accepted })}\n`);
}

const tally = (names: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

test(
  `I12 I16 I17 two API processes are replaced one after the other, ${RESTARTS} times under load: nobody sees a write fail (seed ${SEED})`,
  { timeout: RESTARTS * 2 * FAULT_MS + 120_000 },
  async () => {
    const before = shop.accepted;
    await inRounds(RESTARTS, async () => {
      for (const api of shop.apis) {
        shop.lines.toApi.route(shop.apis.filter((other) => other !== api).map(({ port }) => port));
        await shop.untilUnderWay('toApi');
        await api.terminate();
        await api.restart();
        shop.lines.toApi.route(shop.apis.map(({ port }) => port));
      }
    });
    print('rolling restarts', { restarts: RESTARTS * shop.apis.length });
    if (RESTARTS > 0) expect(shop.accepted).toBeGreaterThan(before);
  },
);

test(
  `I4 I7 I12 I16 I17 ${PARTITIONS} faults on the lines to the API and to Postgres, each in the middle of a request (seed ${SEED})`,
  { timeout: PARTITIONS * 5_000 + 120_000 },
  async () => {
    const met: string[] = [];
    await inRounds(PARTITIONS, async (at) => void met.push(await partition(shop, at)));
    const { truncated, doubled } = shop.lines.toApi.met;
    print('partitions', { partitions: met.length, truncated, doubled, ...tally(met) });
    expect(met).toHaveLength(PARTITIONS);
    expect(Object.keys(tally(met))).toHaveLength(Math.min(PARTITIONS, KINDS.length));
  },
);

test(
  `I7 I12 I14 I16 I17 the API is killed ${API_KILLS} times and Postgres ${POSTGRES_KILLS} times, each in the middle of a request (seed ${SEED})`,
  { timeout: (API_KILLS + POSTGRES_KILLS) * FAULT_MS + 120_000 },
  async () => {
    const inside: string[] = [];
    // An API kill in every so many, and the other way round.
    const total = API_KILLS + POSTGRES_KILLS;
    await inRounds(total, async (at) => {
      const isApi = Math.floor(((at + 1) * API_KILLS) / total) > Math.floor((at * API_KILLS) / total);
      await (isApi ? killApi(inside) : killPostgres(inside));
    });
    print('kills', { ...tally(inside) });
    expect(tally(inside)).toEqual({
      ...(API_KILLS > 0 ? { api: API_KILLS } : {}),
      ...(POSTGRES_KILLS > 0 ? { postgres: POSTGRES_KILLS } : {}),
    });
  },
);

async function killApi(inside: string[]): Promise<void> {
  const api = shop.apis[Math.floor(shop.random() * shop.apis.length)];
  if (api === undefined) return;
  // All requests are its own: one of them is cut.
  shop.lines.toApi.route([api.port]);
  shop.lines.toApi.cut();
  await shop.untilUnderWay('toApi');
  if (shop.lines.toApi.awaiting > 0) inside.push('api');
  await api.kill();
  shop.lines.toApi.route(shop.apis.filter((other) => other !== api).map(({ port }) => port));
  await supervise(api);
  shop.lines.toApi.route(shop.apis.map(({ port }) => port));
}

/** One that finds no Postgres when it starts ends by itself; whoever runs it starts it again. */
async function supervise(api: ApiProcess): Promise<void> {
  for (let tries = STARTS; ; tries -= 1) {
    const error: unknown = await api.restart().then(
      () => null,
      (failed: unknown) => failed,
    );
    if (error === null) return;
    if (tries === 1 || !String(error).includes('The database cannot be reached')) throw error;
  }
}

async function killPostgres(inside: string[]): Promise<void> {
  await shop.untilUnderWay('toPostgres');
  if (shop.lines.toPostgres.awaiting > 0) inside.push('postgres');
  await shop.postgres.kill();
  await pause(shop.random() * 200);
  await shop.postgres.start();
}

test('I4 I5 I7 I9 I10 I12 I17 I18 the checker finds nothing in the log of all that happened', async () => {
  await shop.settle();
  const { server, devices } = await shop.counted();
  expect(server).toBe(devices);
  expect(devices).toBeGreaterThan(0);
  expect(await shop.violations()).toEqual([]);
}, 1_800_000);
