import type { BrowserContext, Page } from 'playwright-core';
import type { BenchServer } from './bench-server.ts';
import type {} from './holdfast-page.ts';
import { median, percentile, type Figures } from './measure-table.ts';
import { WORDS } from './note.ts';
import type {} from './raw-page.ts';

export interface Bench {
  readonly context: BrowserContext;
  readonly server: BenchServer;
  readonly count: number;
  /** Fewer repetitions. */
  readonly isQuick: boolean;
  /** Names of `PARTS`; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly say: (text: string) => void;
}

let databases = 0;
const fresh = (): string => `bench-${++databases}`;

const FILTER_WORDS = [...WORDS, 'field 12', 'of the stone', 'nothing', 'n', 'field 7'];

/** What can be measured once the first sync was, in the order in which a person would meet it. */
const PARTS: Readonly<Record<string, (bench: Bench, databases: Databases) => Promise<Figures>>> = {
  edits: measureEdits,
  cold: measureCold,
  leave: measureLeave,
  queue: measureQueue,
  lists: measureLists,
};

/** With one number of notes: the first sync, and of the other parts those that are wanted. */
export async function measure(bench: Bench): Promise<Figures> {
  bench.say(`${bench.count.toLocaleString('en')} notes: sync`);
  const first = await measureSync(bench);
  let figures = first.figures;
  for (const [name, part] of Object.entries(PARTS)) {
    if (bench.only !== undefined && !bench.only.includes(name)) continue;
    bench.say(name);
    figures = { ...figures, ...(await part(bench, first)) };
  }
  return figures;
}

interface Databases {
  readonly app: string;
  readonly raw: string;
  readonly figures: Figures;
}

async function measureSync(bench: Bench): Promise<Databases> {
  const { server, count } = bench;
  server.reset(count);
  const [ours, theirs]: number[][] = [[], []];
  const tasks: number[] = [];
  let app = '';
  let raw = '';
  for (let run = 0; run < (bench.isQuick ? 1 : 3); run++) {
    raw = fresh();
    theirs?.push(await onRaw(bench, (page) => page.evaluate((name) => window.rawPage?.sync(name), raw)));
    app = fresh();
    await onPage(bench, '/holdfast', async (page) => {
      ours?.push((await page.evaluate((name) => window.holdfastPage?.sync(name), app)) ?? Number.NaN);
      tasks.push((await page.evaluate(() => window.holdfastPage?.longestTask())) ?? Number.NaN);
    });
  }
  await onPage(bench, '/raw', (page) =>
    page.evaluate(async (name) => {
      await window.rawPage?.open(name);
      await window.rawPage?.fillRows();
    }, raw),
  );
  const rate = (times: number[] = []): number => (count / median(times)) * 1_000;
  return {
    app,
    raw,
    figures: {
      'P1 sync': { holdfast: rate(ours), raw: rate(theirs) },
      'P1 frame': { holdfast: median(tasks), raw: null },
    },
  };
}

async function measureEdits(bench: Bench, { app, raw }: Databases): Promise<Figures> {
  const count = bench.isQuick ? 20 : 60;
  const theirs = await onPage(bench, '/raw', async (page) => {
    await page.evaluate((name) => window.rawPage?.open(name), raw);
    return page.evaluate((edits) => window.rawPage?.edits(edits), count);
  });
  const ours = await onPage(bench, '/holdfast', async (page) => {
    await page.evaluate((name) => window.holdfastPage?.open(name), app);
    return page.evaluate((edits) => window.holdfastPage?.edits(edits), count);
  });
  const bytes = await bytesPerEdit(bench, app);
  const figure = (key: 'shown' | 'durable', share: number) => ({
    holdfast: percentile(ours?.[key] ?? [], share),
    raw: percentile(theirs?.[key] ?? [], share),
  });
  return {
    'P2a p50': figure('shown', 0.5),
    'P2a p95': figure('shown', 0.95),
    'P2b p50': figure('durable', 0.5),
    'P2b p95': figure('durable', 0.95),
    'P8 durable': { holdfast: bytes.durable, raw: RAW_BYTES },
    'P8 settled': { holdfast: bytes.settled, raw: RAW_BYTES },
  };
}

/** Of edits made without a connection, which then are sent together. */
async function bytesPerEdit(bench: Bench, app: string): Promise<{ durable: number; settled: number }> {
  const count = 20;
  return onPage(bench, '/holdfast', async (page) => {
    await page.evaluate((name) => window.holdfastPage?.open(name), app);
    await page.evaluate(() => window.holdfastPage?.drain());
    bench.server.isDown = true;
    await page.evaluate(() => window.holdfastPage?.countBytes());
    await page.evaluate((edits) => window.holdfastPage?.edits(edits), count);
    const durable = (await page.evaluate(() => window.holdfastPage?.counted())) ?? Number.NaN;
    bench.server.isDown = false;
    await page.evaluate(() => window.holdfastPage?.drain());
    const settled = (await page.evaluate(() => window.holdfastPage?.counted())) ?? Number.NaN;
    return { durable: durable / count, settled: settled / count };
  });
}

/** One row of a note as JSON. */
const RAW_BYTES = 300;

async function measureLeave(bench: Bench, { app }: Databases): Promise<Figures> {
  const trials = bench.isQuick ? 3 : 10;
  bench.server.isDown = true;
  const lost = { close: 0, leave: 0 };
  for (let trial = 0; trial < trials; trial++) {
    for (const how of ['close', 'leave'] as const) {
      const title = `${how} ${trial} ${Date.now()}`;
      await editThenGo(bench, { app, title, how });
      const isThere = await onPage(bench, '/holdfast', async (page) => {
        await page.evaluate((name) => window.holdfastPage?.open(name), app);
        return page.evaluate((wanted) => window.holdfastPage?.isPending(wanted), title);
      });
      if (isThere !== true) lost[how] += 1;
    }
  }
  bench.server.isDown = false;
  return {
    'P2c close': { holdfast: (lost.close / trials) * 100, raw: null },
    'P2c leave': { holdfast: (lost.leave / trials) * 100, raw: null },
  };
}

async function editThenGo(
  bench: Bench,
  { app, title, how }: { app: string; title: string; how: 'close' | 'leave' },
): Promise<void> {
  const page = await openPage(bench, '/holdfast');
  await page.evaluate((name) => window.holdfastPage?.open(name), app);
  if (how === 'close') await page.evaluate((text) => window.holdfastPage?.editOnly(text), title);
  else {
    // The page is gone before it could answer.
    await page.evaluate((text) => window.holdfastPage?.editAndLeave(text), title).catch(() => undefined);
    await page.waitForURL('about:blank');
  }
  await page.close({ runBeforeUnload: false });
}

async function measureCold(bench: Bench, { app, raw }: Databases): Promise<Figures> {
  const ours: { firstListAt: number; allReadyAt: number }[] = [];
  const theirs: { firstListAt: number; allReadyAt: number }[] = [];
  const tasks: number[] = [];
  bench.server.isDown = true;
  // The first ones warm the browser's cache of compiled code.
  for (let run = -2; run < (bench.isQuick ? 3 : 9); run++) {
    const rawTimes = await onPage(bench, `/raw?cold=${raw}`, (page) =>
      page.evaluate(() => window.rawPage?.coldTimes),
    );
    const times = await onPage(bench, `/holdfast?cold=${app}`, async (page) => {
      const found = await page.evaluate(() => window.holdfastPage?.coldTimes);
      if (run >= 0) tasks.push((await page.evaluate(() => window.holdfastPage?.longestTask())) ?? Number.NaN);
      return found;
    });
    if (run < 0 || rawTimes === undefined || times === undefined) continue;
    ours.push(times);
    theirs.push(rawTimes);
  }
  bench.server.isDown = false;
  const figure = (key: 'firstListAt' | 'allReadyAt') => ({
    holdfast: median(ours.map((times) => times[key])),
    raw: median(theirs.map((times) => times[key])),
  });
  return {
    'P3a cold': figure('firstListAt'),
    'P3b cold': figure('allReadyAt'),
    'P3 frame': { holdfast: median(tasks), raw: null },
  };
}

async function measureQueue(bench: Bench, { app, raw }: Databases): Promise<Figures> {
  const changes = Math.min(1_000, bench.count);
  const { server } = bench;
  const theirs = await onPage(bench, '/raw', async (page) => {
    await page.evaluate((name) => window.rawPage?.open(name), raw);
    const written = await page.evaluate((edits) => window.rawPage?.write(edits), changes);
    const drained = await page.evaluate((edits) => window.rawPage?.drain(edits), changes);
    server.latencyMs = 50;
    const slowly = await page.evaluate((edits) => window.rawPage?.drain(edits), changes);
    server.latencyMs = 0;
    return { written, drained, slowly };
  });
  const one = await writeAndDrain(bench, { app, changes, latencyMs: 0, isTogether: true });
  const two = await writeAndDrain(bench, { app, changes, latencyMs: 50, isTogether: false });
  const raws = (value: number | undefined): number | null => value ?? null;
  return {
    'P4a together': { holdfast: one.written, raw: raws(theirs.written) },
    'P4a one by one': { holdfast: two.written, raw: raws(theirs.written) },
    'P4b 0 ms': { holdfast: one.drained, raw: raws(theirs.drained) },
    'P4b 50 ms': { holdfast: two.drained, raw: raws(theirs.slowly) },
    'P4b requests': { holdfast: Math.max(one.requests, two.requests), raw: changes / 100 },
  };
}

/** Written while the network is down, sent when it is back. */
async function writeAndDrain(
  bench: Bench,
  how: { app: string; changes: number; latencyMs: number; isTogether: boolean },
): Promise<{ written: number; drained: number; requests: number }> {
  const { server } = bench;
  return onPage(bench, '/holdfast', async (page) => {
    await page.evaluate((name) => window.holdfastPage?.open(name), how.app);
    await page.evaluate(() => window.holdfastPage?.drain());
    server.isDown = true;
    const word = `${String(how.isTogether)} ${Date.now()}`;
    const written = await page.evaluate(
      ([changes, isTogether, text]) => window.holdfastPage?.write(changes, isTogether, text),
      [how.changes, how.isTogether, word] as const,
    );
    server.isDown = false;
    server.latencyMs = how.latencyMs;
    server.requests.clear();
    const drained = await page.evaluate(() => window.holdfastPage?.drain());
    server.latencyMs = 0;
    return {
      written: written ?? Number.NaN,
      drained: drained ?? Number.NaN,
      requests: server.requests.get('HoldfastPush') ?? 0,
    };
  });
}

async function measureLists(bench: Bench, { app, raw }: Databases): Promise<Figures> {
  const theirs = await onPage(bench, '/raw', async (page) => {
    await page.evaluate((name) => window.rawPage?.open(name), raw);
    return page.evaluate((words) => window.rawPage?.lists(words), FILTER_WORDS);
  });
  const { heap, ours } = await onPage(bench, '/holdfast', async (page) => {
    const before = await heapOf(page);
    await page.evaluate((name) => window.holdfastPage?.open(name), app);
    const after = await heapOf(page);
    const found = await page.evaluate((words) => window.holdfastPage?.lists(words), FILTER_WORDS);
    return { heap: after - before, ours: found };
  });
  const of = (times: readonly number[] | undefined): number => median(times ?? []);
  return {
    'P5 list': { holdfast: of(ours?.engine), raw: of(theirs?.list) },
    'P5 apollo': { holdfast: of(ours?.apollo), raw: of(theirs?.list) },
    'P5 filter': { holdfast: of(ours?.filter), raw: of(theirs?.filter) },
    'P6 heap': { holdfast: heap, raw: null },
  };
}

/** Megabytes of live objects. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1_000_000;
}

async function onRaw(bench: Bench, work: (page: Page) => Promise<number | undefined>): Promise<number> {
  return (await onPage(bench, '/raw', work)) ?? Number.NaN;
}

async function openPage({ context, server }: Bench, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  await page.waitForFunction(() => (window.holdfastPage ?? window.rawPage) !== undefined);
  return page;
}

/** In a page of its own, which is closed afterwards. */
async function onPage<T>(bench: Bench, path: string, work: (page: Page) => Promise<T>): Promise<T> {
  const page = await openPage(bench, path);
  try {
    return await work(page);
  } finally {
    await page.close();
  }
}
