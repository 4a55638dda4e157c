import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../api/testing/seeded-random.ts';
import type { Begun } from './checker/events.ts';
import type { Device } from './device.ts';
import type { Found } from './shop-page.ts';
import { storedNotes } from './shop-server.ts';
import { killWhileWriting, startVisitedShop, type VisitedShop } from './visited-shop.ts';

const isLong = process.env['HOLDFAST_LONG'] === '1';
const KILLS = Number(process.env['HOLDFAST_KILLS'] ?? (isLong ? 300 : 20));
const SEED = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Writes that are begun before the one that the kill is aimed at: after that many a page has sent some, and heard of them. */
const MOST_IN_PEACE = 60;
/** The kill comes at most this long after a write has begun: about as long as a write takes. */
const LONGEST_AIM_MS = 6;
const OFFLINE_SHARE = 0.5;
/** The writes of a round are numbered from here on, so that no number is used twice. */
const ROUND = 1_000_000;

const random = seededRandom(SEED);
let shop: VisitedShop;

beforeAll(async () => {
  shop = await startVisitedShop();
});
afterAll(() => shop.stop());

/** Both writers write; in the middle of a write the browser is killed. */
async function killInMidWrite(device: Device, round: number): Promise<void> {
  let peace = Math.floor(random() * MOST_IN_PEACE);
  await killWhileWriting(shop, device, {
    from: round * ROUND + 1,
    // Each write of a writer has one note in it.
    isEnough: (fact) => fact.kind === 'begun' && fact.type === 'Note' && --peace < 0,
    afterMs: random() * LONGEST_AIM_MS,
  });
}

/** This write had begun before the kill, and left nothing behind. */
function isCutOff({ type, id, values }: Begun, found: Found): boolean {
  if (type !== 'Note') return false;
  return id === 'draft' ? Number(values['title']) > found.draft : !found.notes.includes(id);
}

/** Sent to the end. That a write is stored in part, or twice, shows in the counter alone: it counts the writes that took effect. */
async function expectDone({ page }: Device): Promise<number> {
  const found = await page.evaluate(() => window.shop?.catchUp());
  await page.evaluate(() => window.shop?.look());
  expect(await shop.log.violations()).toEqual([]);
  expect(found).toMatchObject({ pending: [], failed: 0, conflicts: 0 });
  const stored = await storedNotes(shop.server);
  expect(await shop.server.sql(`SELECT stock FROM product WHERE id = 'shelf'`)).toEqual([
    { stock: stored.length },
  ]);
  return stored.length;
}

test(
  `I4 I5 I6 I7 I9 I10 I12 I13 I17 I18 Chromium is killed ${KILLS} times in mid write: the checker finds nothing in the log of all that happened (seed ${SEED})`,
  { timeout: KILLS * 60_000 + 60_000 },
  async () => {
    const { log } = shop;
    const kills = { inside: 0, beforeItWasStored: 0, whileSent: 0, offline: 0 };
    let open: readonly Begun[] = [];
    for (let round = 0; ; round++) {
      // The first download has to come, and at the end everything is sent.
      const isOffline = round > 0 && round < KILLS && random() < OFFLINE_SHARE;
      await using visit = await shop.visit(isOffline);
      const { device, found } = visit;
      kills.beforeItWasStored += open.some((write) => isCutOff(write, found)) ? 1 : 0;
      if (round === KILLS) {
        const stored = await expectDone(device);
        const kinds = ['begun', 'queued', 'numbered', 'checkpoint', 'shown'] as const;
        const counts = { seed: SEED, ...kills, ...log.counts(kinds), stored };
        process.stdout.write(`browser kills ${JSON.stringify(counts)}\n`);
        break;
      }
      kills.offline += isOffline ? 1 : 0;
      await killInMidWrite(device, round);
      ({ open } = log);
      kills.inside += open.length > 0 ? 1 : 0;
      kills.whileSent += log.isUnderWay ? 1 : 0;
    }
    expect(log.counts(['refused'])).toEqual({ refused: 0 });
    expect(kills.inside).toBeGreaterThan(0);
    // One kill in five or so.
    if (isLong) expect(Math.min(kills.beforeItWasStored, kills.whileSent)).toBeGreaterThan(0);
  },
);
