import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../storage/embedded-postgres.ts';

/** A Postgres of a test's own, which can be stopped, killed and started again at the same address. */
export interface OwnPostgres {
  readonly url: string;
  /** In order: transactions are rolled back, connections are told. */
  stop(): Promise<void>;
  /** SIGKILL: nothing is finished, nothing is said. */
  kill(): Promise<void>;
  /** Starts it again over the same data, at the same port. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Durable, as in production: what it answered is on the disk. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-own-'));
  let running: EmbeddedPostgres = await startEmbeddedPostgres({ dataFolder });
  const { url } = running;
  const port = Number(new URL(url).port);
  return {
    url,
    stop: () => running.stop(),
    kill: async () => {
      process.kill(running.pid, 'SIGKILL');
      await running.stop();
    },
    start: async () => {
      running = await startEmbeddedPostgres({ dataFolder, port });
    },
    remove: async () => {
      await running.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
