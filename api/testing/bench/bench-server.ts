import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TEST_TOKENS } from '../test-config.ts';

export interface BenchServer {
  readonly url: string;
  /** CPU time that its process has used so far, all threads. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Starts the API with the settings of production, but for the rate limit, which one machine's load would meet. */
export async function startBenchServer(databaseUrl: string, poolSize: number): Promise<BenchServer> {
  const child = fork(new URL('./server-process.ts', import.meta.url), {
    cwd: ROOT,
    execArgv: [
      ...profiling(),
      ...['--import', './.scripts/production.mjs', '--import', './.scripts/typescript.mjs'],
    ],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl,
      PORT: '0',
      HOLDFAST_HOST: '127.0.0.1',
      HOLDFAST_POOL_SIZE: String(poolSize),
      HOLDFAST_REQUESTS_PER_SECOND: '1000000',
      HOLDFAST_PURGE_INTERVAL_MS: '0',
      HOLDFAST_JWT_SECRET: TEST_TOKENS.key.secret,
      HOLDFAST_JWT_ISSUER: TEST_TOKENS.issuer,
      HOLDFAST_JWT_AUDIENCE: TEST_TOKENS.audience,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const answer = async (): Promise<{ readonly port?: number; readonly cpuMs?: number }> => {
    const [message] = (await Promise.race([once(child, 'message'), ended.then(failed)])) as [object];
    return message;
  };
  const { port } = await answer();
  return {
    url: `http://127.0.0.1:${port}`,
    cpuMs: async () => {
      const next = answer();
      child.send('cpu');
      return (await next).cpuMs ?? 0;
    },
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}

function failed(): never {
  throw new Error('The API ended before it was told to.');
}

/** `HOLDFAST_BENCH_PROFILE=<folder>`: the server's CPU profile is written there when it ends. */
function profiling(): readonly string[] {
  const folder = process.env['HOLDFAST_BENCH_PROFILE'];
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}
