import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../storage/embedded-postgres.ts';
import { guardPostgres } from './postgres-guard.ts';

/** A Postgres of a test's own, which can be stopped, killed and started again at the same address. */
export interface OwnPostgres {
  readonly url: string;
  /** The process that runs now. */
  readonly pid: number;
  readonly dataFolder: string;
  /** In order: transactions are rolled back, connections are told. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** Starts it again over the same data, at the same port. */
  start(): Promise<void>;
  /** Starts it again if it has ended by itself, for want of room for instance. */
  revive(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/**
 * Durable, as in production: what it answered is on the disk. It ends with this process, also when that is killed.
 *
 * @param folder where its data is made. Default: the system's folder for temporary files.
 */
export async function startOwnPostgres(folder = tmpdir()): Promise<OwnPostgres> {
  const dataFolder = await mkdtemp(join(folder, 'holdfast-own-'));
  const endGuard = guardPostgres(dataFolder);
  let running: EmbeddedPostgres = await startEmbeddedPostgres({ dataFolder });
  const { url } = running;
  const port = Number(new URL(url).port);
  const start = async (): Promise<void> => {
    running = await startEmbeddedPostgres({ dataFolder, port });
  };
  return {
    url,
    dataFolder,
    get pid() {
      return running.pid;
    },
    stop: () => running.stop(),
    kill: async () => {
      process.kill(running.pid, 'SIGKILL');
      await running.stop();
    },
    start,
    revive: async () => {
      // One that is about to end for want of room is still there for a moment.
      do {
        if (!isRunning(running.pid)) {
          await running.stop();
          await start();
        }
      } while (!(await answers(url)));
    },
    remove: async () => {
      await running.stop();
      endGuard();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  const isUp = await client.connect().then(
    () => true,
    () => false,
  );
  await client.end().catch(() => undefined);
  return isUp;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
