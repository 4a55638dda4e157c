/**
 * The real API as a process of its own, so that its CPU time can be told from the load's. Says `{ port }` when it
 * serves; answers every message with the CPU time it has used, in milliseconds.
 */
import { readConfig } from '../../config.ts';
import { entities, resolvers } from '../../domain/index.ts';
import { migrations } from '../../domain/migrations/index.ts';
import { startServer } from '../../server/server.ts';

const config = readConfig();
const databaseUrl = config.databaseUrl ?? '';
const server = await startServer({ config, databaseUrl, entities, resolvers, migrations });

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => void server.close().then(() => process.exit(0)));
process.send?.({ port: server.port });
