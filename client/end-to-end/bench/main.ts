/** `npm run bench:client`: what the client costs, next to raw IndexedDB and fetch doing the same work in the same run. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../chromium-flags.ts';
import { BenchServer } from './bench-server.ts';
import { buildPages } from './build-pages.ts';
import { printTable, ROWS, type Figures } from './measure-table.ts';
import { measure } from './scenarios.ts';

const { values: options } = parseArgs({
  options: {
    notes: { type: 'string', default: '1000,10000,100000' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string', default: '.cache/bench-client.json' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function inBrowser(counts: readonly number[]): Promise<ReadonlyMap<number, Figures>> {
  say('building the pages');
  const server = await BenchServer.start(await buildPages());
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: options.chromium,
    headless: true,
    args: [...CHROMIUM_FLAGS],
  });
  const results = new Map<number, Figures>();
  try {
    for (const count of counts) {
      const only = options.only?.split(',');
      const figures = await measure({ context, server, count, isQuick: options.quick, only, say });
      results.set(count, figures);
      process.stdout.write(`\n${printTable(count, figures)}`);
    }
  } finally {
    await context.close();
    await server.stop();
    await rm(profile, { recursive: true, force: true });
  }
  return results;
}

const results = await inBrowser(options.notes.split(',').map(Number));
const json = {
  at: new Date().toISOString(),
  processors: cpus().map((cpu) => cpu.model),
  rows: ROWS,
  results: Object.fromEntries(results),
};
await mkdir(dirname(options.json), { recursive: true });
await writeFile(options.json, `${JSON.stringify(json, null, 2)}\n`);
say(`written to ${options.json}`);
