import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFixture } from '../testing/storage-fixture.ts';
import type { Fixture } from '../testing/storage-fixture.ts';
import { openStorage } from './storage.ts';

let fixture: Fixture;
let owner: pg.Client;
beforeAll(async () => {
  fixture = await openFixture();
  owner = new pg.Client({ connectionString: fixture.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await fixture.close();
});

it.each(['off', 'local'])(
  'R15 I14 does not start where synchronous_commit is %s, and says so',
  async (setting) => {
    const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
    await owner.query(`ALTER DATABASE ${rows[0]?.name ?? ''} SET synchronous_commit = ${setting}`);
    const storage = openStorage({ databaseUrl: fixture.url, entities: fixture.entities });
    await expect(storage.start()).rejects.toThrow(`synchronous_commit is ${setting}`);
    await storage.close();
  },
);
