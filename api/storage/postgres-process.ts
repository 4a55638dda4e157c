import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunAs } from './postgres-binaries.ts';
import { commandOf, startOf } from './process-identity.ts';

/** Where one cluster lives and what runs it. */
export interface Cluster {
  readonly binaries: string;
  /** Postgres's own data directory. */
  readonly data: string;
  readonly runAs: RunAs | null;
  /** Undefined: a free one. */
  readonly port: number | undefined;
  /** False switches off what only matters when the machine itself dies: right for tests, wrong for anything else. */
  readonly durable: boolean;
}

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const POLL_MS = 15;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/** Runs one program of Postgres to its end. @throws Error with its output when it fails. */
export async function runProgram(cluster: Cluster, program: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(cluster.binaries, program), args, {
    ...surroundings(cluster.runAs),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} failed: ${output.trim() || `exit code ${code}`}`);
}

/**
 * Starts Postgres on a loopback port and waits until it accepts connections.
 * It is given a session of its own, so that a terminal's Ctrl-C reaches us first and we stop it in order.
 */
export async function startPostmaster(cluster: Cluster, log: number): Promise<Postmaster> {
  const port = cluster.port ?? (await freePort());
  const child = spawn(join(cluster.binaries, 'postgres'), ['-D', cluster.data, ...settings(cluster, port)], {
    ...surroundings(cluster.runAs),
    detached: true,
    stdio: ['ignore', log, log],
  });
  let ended: Error | null = null;
  child.once('error', (error) => (ended = error));
  child.once(
    'exit',
    (code) => (ended ??= new Error(`postgres ended with exit code ${code} while it started`)),
  );
  child.unref();
  for (let waited = 0; waited < START_TIMEOUT_MS; waited += POLL_MS) {
    await delay(POLL_MS);
    if (ended !== null) throw ended as Error;
    const found = await readPostmaster(cluster.data);
    if (found?.pid === child.pid && found?.ready) return { pid: found.pid, port };
  }
  if (child.pid !== undefined) await stopPostmaster(child.pid);
  throw new Error(`postgres was not ready after ${START_TIMEOUT_MS / 1000} s`);
}

/** Ends Postgres: open transactions are rolled back, a checkpoint is written. Harsher when that takes too long. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!send(pid, signal)) return;
    for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += POLL_MS) {
      if ((await startOf(pid)) === null) return;
      await delay(POLL_MS);
    }
  }
}

/**
 * Stops a Postgres that a killed process of ours left behind on this data directory.
 * A number that meanwhile belongs to another program is left alone.
 */
export async function stopOrphan(data: string): Promise<boolean> {
  const found = await readPostmaster(data);
  if (found === null) return false;
  const command = (await commandOf(found.pid)) ?? '';
  const isOurs = command.includes('postgres') && command.includes(data);
  if (isOurs) await stopPostmaster(found.pid);
  await forgetPid(join(data, 'postmaster.pid'));
  return isOurs;
}

/** Above what any system gives to a process. */
const NOBODYS_PID = 99_999_999;

/**
 * Postgres does not start while the number in its lock file belongs to anything, be it a stranger or a dead process that
 * nobody has waited for. Only the number goes: by the rest of the file Postgres finds backends that still live.
 */
async function forgetPid(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) await writeFile(file, text.replace(/^\d+/, String(NOBODYS_PID)));
}

/** What Postgres wrote into its lock file: line 1 its process, line 8 whether it is ready. */
async function readPostmaster(
  data: string,
): Promise<{ readonly pid: number; readonly ready: boolean } | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function settings(cluster: Cluster, port: number): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    ...(cluster.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Nothing of our environment goes in: a stray `PGDATA` or `LC_ALL` would change what Postgres does. */
function surroundings(runAs: RunAs | null): object {
  const user = runAs === null ? {} : { uid: runAs.uid, gid: runAs.gid };
  if (process.platform === 'win32') return { windowsHide: true };
  return { ...user, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
