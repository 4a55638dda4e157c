import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TEST_TOKENS, type TestSettings } from './test-config.ts';
import { createTestDatabase } from './test-database.ts';
import { addresses, openSql, testToken, type TestApi } from './test-server.ts';

export interface ApiProcessOptions extends Pick<TestSettings, 'demo' | 'port' | 'webApp'> {
  /** Default: a fresh database, dropped at the end. */
  readonly databaseUrl?: string;
  /** Further settings, by the names that `api/config.ts` reads. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The API as a process of its own, which ends with the one that started it, and can be killed and started again on the same port and database. */
export interface ApiProcess extends TestApi {
  /** The process that runs now. */
  readonly pid: number;
  /** False after `kill()`, and when it ended by itself, which no test should overlook. */
  readonly isRunning: boolean;
  /** SIGKILL: nothing is finished, nothing is said. Returns when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as a deployment does: requests under way end. Returns when it is gone. */
  terminate(): Promise<void>;
  /** Starts it again after `kill()` or `terminate()`, on the same port and database. */
  restart(): Promise<void>;
  /** What it wrote to its outputs so far. */
  output(): string;
}

const ROOT = join(import.meta.dirname, '..', '..');
const END_WITH_PARENT = './api/testing/end-with-parent.ts';
const READY_TIMEOUT_MS = 180_000;

/** Runs `api/main.ts` as a process and returns once it is ready. */
export async function startApiProcess(options: ApiProcessOptions = {}): Promise<ApiProcess> {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const port = options.port ?? (await freePort());
  const api = new Child(environment({ ...options, databaseUrl, port }), port);
  await api.start();
  const sql = openSql(databaseUrl);
  return {
    ...addresses(port),
    databaseUrl,
    tokenFor: testToken,
    sql: sql.query,
    get pid() {
      return api.pid;
    },
    get isRunning() {
      return api.isRunning;
    },
    kill: () => api.end('SIGKILL'),
    terminate: () => api.end('SIGTERM'),
    restart: () => api.start(),
    output: () => api.output,
    stop: async () => {
      await api.end('SIGTERM');
      await sql.end();
      await database?.drop();
    },
  };
}

class Child {
  output = '';
  #process: ChildProcess | null = null;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly port: number,
  ) {}

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      ['--import', './.scripts/typescript.mjs', '--import', END_WITH_PARENT, join(ROOT, 'api', 'main.ts')],
      {
        cwd: ROOT,
        env: this.environment,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => (this.output += part.toString()));
    }
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await this.end('SIGKILL');
        throw new Error(`the API process did not become ready:\n${this.output}`);
      }
      await delay(30);
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async #isReady(): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  }
}

function environment(
  options: ApiProcessOptions & { readonly databaseUrl: string; readonly port: number },
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: options.databaseUrl,
    PORT: String(options.port),
    HOLDFAST_HOST: '127.0.0.1',
    HOLDFAST_DEMO: options.demo === true ? '1' : '0',
    HOLDFAST_WEB_APP: options.webApp ?? 'none',
    HOLDFAST_LOG: 'warn',
    HOLDFAST_JWT_SECRET: TEST_TOKENS.key.secret,
    HOLDFAST_JWT_ISSUER: TEST_TOKENS.issuer,
    HOLDFAST_JWT_AUDIENCE: TEST_TOKENS.audience,
    ...options.settings,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
