import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { ScopeHead } from '../sync/model.ts';
import { changeOf, NOTE, FOLDER, openFixture, pushOf, TEAM, viewerOf } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { openStorage } from './storage.ts';
import type { Storage } from './storage.ts';

let fixture: Fixture;
let other: Storage;
beforeAll(async () => {
  fixture = await openFixture();
  other = openStorage({ databaseUrl: fixture.url, entities: [NOTE, FOLDER] });
  await other.start();
});
afterAll(async () => {
  await other.close();
  await fixture.close();
});

/** The first news that fit, from the moment of asking. */
function heard(storage: Storage, isIt: (head: ScopeHead) => boolean): Promise<ScopeHead> {
  return new Promise((resolve) => {
    const stop = storage.notifier.listen((head) => {
      if (isIt(head)) {
        stop();
        resolve(head);
      }
    });
  });
}

/** Pokes may be lost while a connection is being made: pushes until one arrives. */
async function pushUntilHeard(storage: Storage, id: string): Promise<ScopeHead> {
  const arrived = heard(storage, ({ scope }) => scope === TEAM);
  for (let at = 0; ; at += 1) {
    await pushOf(fixture.engine, {}, [changeOf(`${id}-${at}`, {})]);
    const first = await Promise.race([
      arrived,
      new Promise<null>((resolve) => setTimeout(resolve, 50, null)),
    ]);
    if (first !== null) {
      return first;
    }
  }
}

describe('pokes', () => {
  it('R30 one reaches this process and every other one after the commit, with the new head', async () => {
    const here = heard(fixture.storage, ({ scope }) => scope === TEAM);
    const there = await pushUntilHeard(other, 'a');
    expect(there).toEqual({ scope: TEAM, head: there.head, accessChanged: false });
    expect((await here).scope).toBe(TEAM);
    const heads = await fixture.engine.heads(viewerOf('ada'));
    expect(heads.find(({ id }) => id === TEAM)?.head).toBeGreaterThanOrEqual(there.head);
  });

  it('R30 many at once become few, and the last head arrives', async () => {
    const told: number[] = [];
    const stop = fixture.storage.notifier.listen(({ scope, head }) => {
      if (scope === 'busy') {
        told.push(head);
      }
    });
    const last = heard(fixture.storage, ({ scope, head }) => scope === 'busy' && head === 1_000);
    for (let head = 1; head <= 1_000; head += 1) {
      fixture.storage.notifier.poke('busy', head);
    }
    await last;
    stop();
    expect(told).toEqual([1_000]);
  });

  it('I24 the connection is opened again when it was lost', async () => {
    const owner = new pg.Client({ connectionString: fixture.url });
    await owner.connect();
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'holdfast pokes'`,
    );
    expect(rowCount).toBe(2);
    await owner.end();
    expect((await pushUntilHeard(other, 'b')).scope).toBe(TEAM);
  });

  it('a change of membership is told for the scope and for the person', async () => {
    await fixture.storage.access.ensureAccount({ id: 'zoe', name: 'Zoe' });
    const scope = heard(fixture.storage, (head) => head.scope === 'team:zoe');
    const person = heard(fixture.storage, (head) => head.scope === 'user:zoe');
    await fixture.storage.access.grant('zoe', 'team:zoe', 'READ');
    expect((await Promise.all([scope, person])).map(({ accessChanged }) => accessChanged)).toEqual([
      true,
      true,
    ]);
  });
});

describe('access', () => {
  it('a viewer has a scope of their own and those granted; a disabled or unknown one is nobody', async () => {
    const { access } = fixture.storage;
    await access.ensureAccount({ id: 'kim', name: 'Kim' });
    await access.ensureAccount({ id: 'kim', name: 'Kim B.' });
    await access.grant('kim', 'team:b', 'READ');
    await access.grant('kim', 'team:a', 'READ');
    await access.grant('kim', 'team:a', 'WRITE');
    expect(await access.viewer('kim')).toEqual({
      id: 'kim',
      name: 'Kim B.',
      ownScope: 'user:kim',
      scopes: [
        { id: 'user:kim', access: 'WRITE' },
        { id: 'team:a', access: 'WRITE' },
        { id: 'team:b', access: 'READ' },
      ],
    });
    await access.revoke('kim', 'team:a');
    expect((await access.viewer('kim'))?.scopes.map(({ id }) => id)).toEqual(['user:kim', 'team:b']);
    await access.disable('kim');
    expect(await access.viewer('kim')).toBeNull();
    expect(await access.viewer('nobody')).toBeNull();
  });
});
