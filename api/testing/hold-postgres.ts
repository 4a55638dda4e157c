/** A process for tests to kill: starts the embedded Postgres over the folder named, says `<pid> <url>`, and stays. */
import { startEmbeddedPostgres } from '../storage/embedded-postgres.ts';

const { pid, url } = await startEmbeddedPostgres({ dataFolder: process.argv[2] ?? '', durable: false });
process.stdout.write(`${pid} ${url}\n`);
setInterval(() => undefined, 60_000);
