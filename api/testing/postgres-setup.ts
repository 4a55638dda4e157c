import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../storage/embedded-postgres.ts';
import { guardPostgres } from './postgres-guard.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connects as the owner of the run's one Postgres server. */
    postgresUrl: string;
  }
}

/** One real Postgres for a whole test run, in a temporary folder that goes with it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const endGuard = guardPostgres(dataFolder);
  const postgres = await startEmbeddedPostgres({ dataFolder, durable: false });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    endGuard();
    await rm(dataFolder, { recursive: true, force: true });
  };
}
