import { open, readFile, rm } from 'node:fs/promises';
import { isAlive, startOf } from './process-identity.ts';

/** Another living process uses the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';

  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`the data folder ${folder} is in use by process ${pid}`);
  }
}

/**
 * Claims a folder for this process by a file that names it. A file left by a process that is gone does not count.
 *
 * @returns gives the folder back.
 * @throws FolderInUseError when a living process holds it, this one included.
 */
export async function lockFolder(folder: string, file: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const handle = await open(file, 'wx', 0o600);
      await handle.writeFile(JSON.stringify({ pid: process.pid, start: await startOf(process.pid) }));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = await livingHolder(file);
    if (holder !== null) throw new FolderInUseError(folder, holder);
    await rm(file, { force: true });
  }
  throw new Error(`cannot claim the data folder ${folder}`);
}

async function livingHolder(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    const { pid, start } = JSON.parse(text) as { pid: number; start: string | null };
    return isAlive(pid) && (await startOf(pid)) === start ? pid : null;
  } catch {
    return null; // Cut short by a crash between creating and writing it.
  }
}
