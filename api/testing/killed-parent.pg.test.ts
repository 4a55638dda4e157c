import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startOf } from '../storage/process-identity.ts';

const HOLDER = join(import.meta.dirname, 'hold-processes.ts');
const TYPESCRIPT = join(import.meta.dirname, '..', '..', '.scripts', 'typescript.mjs');

test(
  'a run that is killed from outside leaves no API, no Postgres and no data behind',
  { timeout: 240_000 },
  async () => {
    const holder = spawn(process.execPath, ['--import', TYPESCRIPT, HOLDER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])) as [Buffer];
    const [postgres = '', api = '', folder = ''] = line.toString().trim().split(' ');
    const pids = [Number(postgres), Number(api)];
    const started = await Promise.all(pids.map((pid) => startOf(pid)));
    expect(started).not.toContain(null);
    expect(existsSync(folder)).toBe(true);

    holder.kill('SIGKILL');
    const isThere = async (): Promise<boolean> =>
      existsSync(folder) || (await Promise.all(pids.map((pid) => startOf(pid)))).some((at) => at !== null);
    while (await isThere()) await delay(50);
  },
);
