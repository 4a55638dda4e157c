import { entities as classes } from '../../domain/index.ts';
import { defineEntities } from '../../entity/define-entities.ts';
import { syncDocuments } from '../../graphql/sync-documents.ts';
import type { SyncDocuments } from '../../graphql/sync-documents.ts';
import { signToken } from '../../server/demo.ts';
import { startOwnPostgres } from '../own-postgres.ts';
import { TEST_TOKENS } from '../test-config.ts';
import { startBenchServer } from './bench-server.ts';
import type { BenchServer } from './bench-server.ts';
import { HttpClient } from './http-client.ts';
import { RawLimit } from './raw-limit.ts';

/** How many devices send at once at most, each for a user of its own, each with a connection to Postgres on either side. */
export const DEVICE_COUNT = 16;

/** Everything that is measured, running. */
export interface World {
  readonly raw: RawLimit;
  readonly server: BenchServer;
  readonly http: HttpClient;
  readonly documents: SyncDocuments;
  /** By number; each may write in `user:<id>` and in each of the shared scopes. */
  readonly users: readonly { readonly id: string; readonly token: string }[];
  close(): Promise<void>;
}

/** Scopes that all users share: to read from, to write in together, to hear of each other. */
export const READ_SCOPE = 'team:read';
export const HOT_SCOPE = 'team:hot';
export const LIVE_SCOPE = 'team:live';

/** Starts a Postgres that is as durable as in production, and the API over it. */
export async function openWorld(): Promise<World> {
  const postgres = await startOwnPostgres();
  const entities = defineEntities(classes);
  const note = entities.find(({ name }) => name === 'Note');
  if (note === undefined) throw new Error('There is no Note.');
  const server = await startBenchServer(postgres.url, DEVICE_COUNT);
  const http = new HttpClient(server.url, DEVICE_COUNT);
  const raw = new RawLimit(postgres.url, note, DEVICE_COUNT);
  const ids = Array.from({ length: DEVICE_COUNT }, (_, at) => `bench-${at}`);
  await addAccounts(raw, ids);
  const users = await Promise.all(
    ids.map(async (id) => ({ id, token: await signToken(TEST_TOKENS, id, 24 * 3_600) })),
  );
  const close = async () => {
    http.close();
    await raw.close();
    await server.stop();
    await postgres.remove();
  };
  return { raw, server, http, documents: syncDocuments(entities), users, close };
}

async function addAccounts(raw: RawLimit, ids: readonly string[]): Promise<void> {
  await raw.sql('INSERT INTO holdfast.account (id, name) SELECT id, id FROM unnest($1::text[]) AS id', [ids]);
  await raw.sql(
    `INSERT INTO holdfast.membership (user_id, scope, access)
      SELECT id, scope, 'WRITE' FROM unnest($1::text[]) AS id, unnest($2::text[]) AS scope`,
    [ids, [READ_SCOPE, HOT_SCOPE, LIVE_SCOPE]],
  );
}
