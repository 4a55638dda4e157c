import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../api/testing/seeded-random.ts';
import { browserProcessOf } from './browser-process.ts';
import type { Device } from './device.ts';
import type { Found, Told } from './shop-page.ts';
import { storedNotes } from './shop-server.ts';
import { startVisitedShop, writeUntil, type VisitedShop } from './visited-shop.ts';

const isLong = process.env['HOLDFAST_LONG'] === '1';
const KILLS = Number(process.env['HOLDFAST_KILLS'] ?? (isLong ? 300 : 20));
const SEED = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Writes that are answered in peace before the one that the kill is aimed at. */
const MOST_IN_PEACE = 20;
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

/** What was heard of one writer, in all rounds: its writes begun, and those answered QUEUED. */
class Heard {
  readonly begun = new Set<number>();
  readonly queued = new Set<number>();
  readonly refused = new Set<number>();

  /** Of a round: begun, and not answered as far as anybody outside the browser knows. */
  openOf(round: number): readonly number[] {
    return [...this.begun].filter((number) => number > round * ROUND && !this.queued.has(number));
  }
}

type Writers = Record<Told['writer'], Heard>;

const noteOf = (number: number) => `shelf-${number}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Both writers write; in the middle of a write the browser is killed, and it is gone when this resolves. */
async function killInMidWrite(device: Device, round: number, heard: Writers): Promise<void> {
  const browser = await browserProcessOf(device);
  let peace = Math.floor(random() * MOST_IN_PEACE);
  await writeUntil(device, round * ROUND + 1, ({ writer, what, number }) => {
    heard[writer][what].add(number);
    return what === 'begun' && --peace < 0;
  });
  await pause(random() * LONGEST_AIM_MS);
  await browser.kill();
}

/** What the browser answered QUEUED before it was killed is on its disk or on the server, and is shown. */
async function expectNothingLost(found: Found, { shelf, draft }: Writers): Promise<void> {
  const queued = [...shelf.queued].map(noteOf);
  const kept = new Set([...found.pending, ...(await storedNotes(shop.server))]);
  expect(queued.filter((id) => !kept.has(id))).toEqual([]);
  const shown = new Set(found.notes);
  expect(queued.filter((id) => !shown.has(id))).toEqual([]);
  expect(found.draft).toBeGreaterThanOrEqual(Math.max(0, ...draft.queued));
  expect(found).toMatchObject({ failed: 0, conflicts: 0 });
}

/** A write of that round had begun and left nothing behind. */
function isCutOff(found: Found, { shelf, draft }: Writers, round: number): boolean {
  const isNoteGone = shelf.openOf(round).some((number) => !found.notes.includes(noteOf(number)));
  return isNoteGone || draft.openOf(round).some((number) => number > found.draft);
}

/** Sent to the end: the counter counts every write that took effect, so that one done twice or half would show. */
async function expectDoneOnce({ page }: Device, { shelf, draft }: Writers): Promise<number> {
  const found = await page.evaluate(() => window.shop?.catchUp());
  expect(found).toMatchObject({ pending: [], failed: 0, conflicts: 0 });
  const stored = await storedNotes(shop.server);
  expect(new Set(found?.notes)).toEqual(new Set(stored));
  expect([...shelf.queued].map(noteOf).filter((id) => !stored.includes(id))).toEqual([]);
  expect(await shop.server.sql(`SELECT stock FROM product WHERE id = 'shelf'`)).toEqual([
    { stock: stored.length },
  ]);
  const drafts = await shop.server.sql<{ title: string }>(`SELECT title FROM note WHERE id = 'draft'`);
  expect(drafts).toEqual([{ title: String(found?.draft) }]);
  expect(found?.draft).toBeGreaterThanOrEqual(Math.max(...draft.queued));
  return stored.length;
}

test(
  `I5 I7 I12 I13 Chromium is killed ${KILLS} times in mid write: no change that it answered QUEUED is lost, and none is done twice (seed ${SEED})`,
  { timeout: KILLS * 15_000 + 60_000 },
  async () => {
    const heard: Writers = { shelf: new Heard(), draft: new Heard() };
    const writers = Object.values(heard);
    const kills = { inside: 0, beforeItWasStored: 0, offline: 0 };
    for (let round = 0; ; round++) {
      // The first download has to come, and at the end everything is sent.
      const isOffline = round > 0 && round < KILLS && random() < OFFLINE_SHARE;
      await using visit = await shop.visit(isOffline);
      const { device, found } = visit;
      await expectNothingLost(found, heard);
      kills.beforeItWasStored += isCutOff(found, heard, round - 1) ? 1 : 0;
      if (round === KILLS) {
        const stored = await expectDoneOnce(device, heard);
        const sum = (of: 'begun' | 'queued') => writers.reduce((total, writer) => total + writer[of].size, 0);
        const counts = { seed: SEED, ...kills, begun: sum('begun'), queued: sum('queued'), stored };
        process.stdout.write(`browser kills ${JSON.stringify(counts)}\n`);
        break;
      }
      kills.offline += isOffline ? 1 : 0;
      await killInMidWrite(device, round, heard);
      kills.inside += writers.some((writer) => writer.openOf(round).length > 0) ? 1 : 0;
    }
    expect(writers.flatMap(({ refused }) => [...refused])).toEqual([]);
    expect(kills.inside).toBeGreaterThan(0);
    // One kill in five or so.
    if (isLong) expect(kills.beforeItWasStored).toBeGreaterThan(0);
  },
);
