/** The composition root: this application's types on the library's server. */
import { ConfigError, readConfig, readDatabaseSettings } from './config.ts';
import type { Config, DatabaseSettings } from './config.ts';
import { demoCatalog } from './domain/demo-catalog.ts';
import { demoTeam } from './domain/demo-team.ts';
import { entities, resolvers } from './domain/index.ts';
import { migrations } from './domain/migrations/index.ts';
import { assertPortFree, PortTakenError } from './server/http-listener.ts';
import { MAINTENANCE_TASKS, runMaintenance, type MaintenanceTask } from './server/maintenance.ts';
import { startServer, type RunningServer } from './server/server.ts';
import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from './storage/embedded-postgres.ts';
import { DatabaseSetupError } from './storage/start-checks.ts';
import { SyncError } from './sync/errors.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `main.ts [--demo]` serves; `main.ts purge` and `main.ts rotate-epoch` do one thing and end. */
async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  const task = MAINTENANCE_TASKS.find((each) => each === argv[0]);
  await (task === undefined ? serve(readConfig(undefined, argv)) : maintain(task, readDatabaseSettings()));
}

async function maintain(task: MaintenanceTask, settings: DatabaseSettings): Promise<void> {
  const postgres = settings.databaseUrl === null ? await startPostgres(settings) : null;
  const databaseUrl = settings.databaseUrl ?? postgres?.url ?? '';
  try {
    say(await runMaintenance(task, { settings, databaseUrl, entities }));
  } finally {
    await postgres?.stop();
  }
}

async function serve(config: Config): Promise<void> {
  await assertPortFree(config);
  const postgres = config.databaseUrl === null ? await startPostgres(config) : null;
  const databaseUrl = config.databaseUrl ?? postgres?.url ?? '';
  try {
    const server = await startServer({
      config,
      databaseUrl,
      entities,
      resolvers,
      migrations,
      // A database of one's own gets no words of ours.
      demoRecords: config.databaseUrl === null ? demoTeam : demoCatalog,
    });
    announce(config, server);
    stopOnSignal(server, postgres);
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function startPostgres({ dataFolder }: DatabaseSettings): Promise<EmbeddedPostgres> {
  const started = performance.now();
  const postgres = await startEmbeddedPostgres({ dataFolder: `${dataFolder}/postgres`, onProgress: say });
  say(`Postgres is running on ${dataFolder} (${Math.round(performance.now() - started)} ms).`);
  return postgres;
}

function announce(config: Config, { url }: RunningServer): void {
  say('');
  if (config.webApp !== null) say(`  Web app      ${url}/`);
  if (config.demo) say(`  Playground   ${url}/graphiql`);
  say(`  GraphQL      ${url}/graphql  (HTTP and WebSocket)`);
  say(config.demo ? '\nDemo mode: anybody on this machine can sign in. Ctrl-C stops everything.' : '');
}

/** The first signal stops in order; a second one, from somebody who cannot wait, at once. */
function stopOnSignal(server: RunningServer, postgres: EmbeddedPostgres | null): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    say('\nStopping …');
    await server.close();
    await postgres?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop().catch(fail));
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** A sentence for what the person who starts this can mend, a stack for everything else. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof SyncError && error.code === 'UNAVAILABLE') {
    const reason = error.cause instanceof Error ? error.cause.message : '';
    return `The database cannot be reached. Check DATABASE_URL, and that Postgres is running there. ${reason}`;
  }
  const expected = [ConfigError, PortTakenError, EmbeddedPostgresError, DatabaseSetupError];
  return expected.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message);
}

await main().catch(fail);
