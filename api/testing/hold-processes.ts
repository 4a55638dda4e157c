/** A process for tests to kill: starts a Postgres and an API of a test's own, says `<pid of Postgres> <pid of the API> <folder>`, and stays. */
import { startApiProcess } from './api-process.ts';
import { startOwnPostgres } from './own-postgres.ts';

const postgres = await startOwnPostgres();
const api = await startApiProcess({ demo: true, databaseUrl: postgres.url });
process.stdout.write(`${postgres.pid} ${api.pid} ${postgres.dataFolder}\n`);
setInterval(() => undefined, 60_000);
