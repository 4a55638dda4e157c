import { connect, createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { changeOf, deviceOf, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import { openStorage } from './storage.ts';

/** Postgres's `ReadyForQuery`, and an `ErrorResponse` such as an ending server sends. */
const READY = Buffer.from('Z\0\0\0\u0005I', 'latin1');
const FIELDS = 'SFATAL\0C57P01\0Mterminating connection\0\0';
const FATAL = Buffer.concat([Buffer.from([0x45, 0, 0, 0, FIELDS.length + 4]), Buffer.from(FIELDS)]);

describe('when the database is away', () => {
  it('operations say UNAVAILABLE, LATER, and work again without a restart', async () => {
    const fixture = await openFixture();
    const { engine, storage } = fixture;
    await pushOf(engine, {}, [changeOf('a', {})]);
    const elsewhere = new URL(fixture.url);
    elsewhere.pathname = '/postgres';
    const admin = new pg.Client({ connectionString: elsewhere.href });
    await admin.connect();
    const name = new URL(fixture.url).pathname.slice(1);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    const away = { code: 'UNAVAILABLE', retry: 'LATER' };
    await expect(pushOf(engine, {}, [changeOf('b', {})])).rejects.toMatchObject(away);
    await expect(engine.heads(viewerOf('ada'))).rejects.toMatchObject(away);
    await expect(storage.access.viewer('ada')).rejects.toMatchObject(away);
    expect(await storage.ready()).toBe(false);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect(await storage.ready()).toBe(true);
    expect((await pushOf(engine, {}, [changeOf('b', {})]))[0]?.outcome).toBe('APPLIED');
    await admin.end();
    await fixture.close();
  });

  it('a connection that ends in the very packet that opens it ends one request and not the process', async () => {
    const fixture = await openFixture({ poolSize: 2 });
    const { hostname, port } = new URL(fixture.url);
    let isDying = false;
    const proxy = createServer((client) => {
      const server = connect(Number(port), hostname);
      client.on('error', () => server.destroy()).pipe(server);
      server.on('error', () => client.destroy());
      server.on('data', (answer: Buffer) => {
        const isOpen = answer.subarray(-READY.length).equals(READY);
        client.write(isDying && isOpen ? Buffer.concat([answer, FATAL]) : answer);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const through = new URL(fixture.url);
    through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const storage = openStorage({ databaseUrl: through.href, entities: fixture.entities, poolSize: 2 });
    await storage.start();
    isDying = true;
    const asked = Array.from({ length: 4 }, () =>
      storage.access.viewer('ada').catch((error: unknown) => error),
    );
    const away = { code: 'UNAVAILABLE' };
    expect(await Promise.all(asked)).toContainEqual(expect.objectContaining(away));
    isDying = false;
    while (!(await storage.ready()));
    expect(await storage.access.viewer('ada')).toBeNull();
    await storage.close();
    proxy.close();
    await fixture.close();
  });

  it('a statement that takes too long is ended; a push that waited changed nothing and succeeds later', async () => {
    const fixture = await openFixture({ statementTimeoutMs: 5_000 });
    await pushOf(fixture.engine, {}, [changeOf('a', {})]);
    const blocker = new pg.Client({ connectionString: fixture.url });
    await blocker.connect();
    await blocker.query(`BEGIN; UPDATE holdfast.counter SET head = head WHERE scope = '${TEAM}'`);
    const device = deviceOf('slow');
    const change = changeOf('b', {}, { seq: 1 });
    await expect(pushOf(fixture.engine, { device }, [change])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await blocker.query('ROLLBACK');
    expect((await pushOf(fixture.engine, { device }, [change]))[0]).toMatchObject({
      outcome: 'APPLIED',
      replayed: false,
    });
    await blocker.end();
    await fixture.close();
  });

  it('I7 I8 a connection killed before COMMIT leaves nothing, and the retry takes effect once', async () => {
    const fixture = await openFixture();
    const killer = new pg.Client({ connectionString: fixture.url });
    await killer.connect();
    const device = deviceOf('killed');
    const change = changeOf('once', { likes: 1 }, { seq: 1 });
    await killer.query(
      `INSERT INTO holdfast.counter VALUES ('${TEAM}', 0); BEGIN; SELECT FROM holdfast.counter FOR UPDATE`,
    );
    const push = pushOf(fixture.engine, { device }, [change]);
    const settled = expect(push).rejects.toMatchObject({ code: 'UNAVAILABLE', retry: 'LATER' });
    let killed = 0;
    while (killed === 0) {
      const { rowCount } = await killer.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      killed = rowCount ?? 0;
    }
    await settled;
    await killer.query('ROLLBACK');
    const [result] = await pushOf(fixture.engine, { device }, [change]);
    expect(result).toMatchObject({ outcome: 'APPLIED', replayed: false, record: { likes: 1, version: 1 } });
    await killer.end();
    await fixture.close();
  });
});
