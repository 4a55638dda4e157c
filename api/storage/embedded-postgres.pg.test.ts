import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EmbeddedPostgresError, startEmbeddedPostgres } from './embedded-postgres.ts';
import { canReach } from './postgres-binaries.ts';
import { stopOrphan } from './postgres-process.ts';
import { isAlive, startOf } from './process-identity.ts';

const HOLDER = join(import.meta.dirname, '..', 'testing', 'hold-postgres.ts');
const ORDINARY = { uid: 65_534, gid: 65_534 };

let dataFolder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'holdfast-embedded-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopOrphan(join(dataFolder, 'cluster'));
  await rm(dataFolder, { recursive: true, force: true });
});

/** Starts it in a process of its own. */
async function hold(user: { uid?: number; gid?: number } = {}): Promise<{
  child: ChildProcess;
  pid: number;
  url: string;
}> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, dataFolder], {
    ...user,
    env: { PATH: process.env['PATH'], HOME: dataFolder, TMPDIR: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()));
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const [pid, url] = output.trim().split(' ');
  if (child.exitCode !== null || url === undefined) throw new Error(`the holder ended: ${output}`);
  return { child, pid: Number(pid), url };
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('after kill -9 of our process the next start stops the orphan and finds every committed row', async () => {
  const held = await hold();
  await query(held.url, 'CREATE TABLE kept (id int)');
  await query(held.url, 'INSERT INTO kept VALUES (1)');
  await kill(held.child);
  expect(isAlive(held.pid)).toBe(true);

  const next = await startEmbeddedPostgres({ dataFolder, durable: false });
  expect(await startOf(held.pid)).toBeNull();
  expect(await query(next.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  await next.stop();
});

test('after kill -9 of Postgres itself the next start recovers what was committed', async () => {
  const held = await hold();
  await query(held.url, 'CREATE TABLE kept AS SELECT 7 AS id');
  process.kill(held.pid, 'SIGKILL');
  await kill(held.child);

  const next = await startEmbeddedPostgres({ dataFolder, durable: false });
  expect(await query(next.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
  await next.stop();
});

test('a second start over the same folder names the process that has it, and leaves that one alone', async () => {
  const held = await hold();
  const second = startEmbeddedPostgres({ dataFolder, durable: false });
  await expect(second).rejects.toThrow(EmbeddedPostgresError);
  await expect(second).rejects.toThrow(new RegExp(`in use by process ${held.child.pid}.*HOLDFAST_DATA`));
  expect(await query(held.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await kill(held.child);
});

test('stop() ends Postgres in order, twice is fine, and the data is there on the next start', async () => {
  const first = await startEmbeddedPostgres({ dataFolder });
  await query(first.url, 'CREATE TABLE kept AS SELECT 3 AS id');
  await first.stop();
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  expect(await readFile(join(dataFolder, 'postgres.log'), 'utf8')).not.toContain('FATAL');

  const second = await startEmbeddedPostgres({ dataFolder, durable: false });
  expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 3 }]);
  await second.stop();
});

test('only the password opens it, and only we can read the password', async () => {
  const postgres = await startEmbeddedPostgres({ dataFolder, durable: false });
  const wrong = new URL(postgres.url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  expect((await stat(join(dataFolder, 'password'))).mode & 0o777).toBe(0o600);
  await postgres.stop();
});

test('a folder whose data is damaged: the message holds the reason and names DATABASE_URL', async () => {
  const first = await startEmbeddedPostgres({ dataFolder, durable: false });
  await first.stop();
  await rm(join(dataFolder, 'cluster', 'global'), { recursive: true });
  const second = startEmbeddedPostgres({ dataFolder, durable: false });
  await expect(second).rejects.toThrow(/DATABASE_URL/);
  await expect(second).rejects.toThrow(/global/);
});

test.runIf(process.getuid?.() === 0)('it works for an ordinary user too', async () => {
  await chown(dataFolder, ORDINARY.uid, ORDINARY.gid);
  const held = await hold(ORDINARY);
  expect(await query(held.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  const owner = (await stat(join(dataFolder, 'cluster'))).uid;
  expect(owner).toBe(ORDINARY.uid);
  process.kill(held.pid, 'SIGINT');
  await kill(held.child);
});

test('a folder that is closed to a user is noticed at any level above', async () => {
  expect(await canReach(dataFolder, ORDINARY)).toBe(false);
  await chmod(dataFolder, 0o711);
  expect(await canReach(join(dataFolder, 'not', 'there'), ORDINARY)).toBe(true);
});
