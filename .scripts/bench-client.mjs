// `npm run bench:client -- --notes 1000,10000 --quick`: measures the client in Chromium; see docs/performance.md.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';

ensureInstalled();
const { ensureChromium } = await import('./chromium.mjs');
const chromium = await ensureChromium();

const bench = spawnSync(
  process.execPath,
  [
    '--import',
    './.scripts/typescript.mjs',
    'client/end-to-end/bench/main.ts',
    `--chromium=${chromium}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(bench.status ?? 1);
