/** Started by `guardPostgres`: when its input closes it stops the Postgres over the folder named, and removes the folder. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopOrphan } from '../storage/postgres-process.ts';

const PATH = fileURLToPath(import.meta.url);
const TYPESCRIPT = new URL('../../.scripts/typescript.mjs', import.meta.url).href;

/** Sees to it that a test's Postgres and its data go with this process, also when it is killed. The returned function ends the watch. */
export function guardPostgres(dataFolder: string): () => void {
  const guard = spawn(process.execPath, ['--import', TYPESCRIPT, PATH, dataFolder], {
    // In a group of its own: who kills all of this one's does not kill the guard.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as { unref?: () => void }).unref?.();
  return () => void guard.kill('SIGKILL');
}

if (process.argv[1] === PATH) {
  const [, , dataFolder = ''] = process.argv;
  process.stdin.resume().once('close', () => {
    void stopOrphan(join(dataFolder, 'cluster')).then(() => rm(dataFolder, { recursive: true, force: true }));
  });
}
