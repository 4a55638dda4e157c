/** The composition root: this application's types on the library's server. */
import { ConfigError, readConfig, type Config } from './config.ts';
import { demoCatalog } from './domain/demo-catalog.ts';
import { entities, resolvers } from './domain/index.ts';
import { migrations } from './domain/migrations/index.ts';
import { assertPortFree, PortTakenError } from './server/http-listener.ts';
import { startServer, type RunningServer } from './server/server.ts';
import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from './storage/embedded-postgres.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const config = readConfig(undefined, process.argv.slice(2));
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
      demoRecords: demoCatalog,
    });
    announce(config, server);
    stopOnSignal(server, postgres);
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function startPostgres({ dataFolder }: Config): Promise<EmbeddedPostgres> {
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
  const expected = [ConfigError, PortTakenError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  const detail =
    error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${detail}\n`);
  process.exit(1);
}

await main().catch(fail);
