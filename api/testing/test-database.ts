import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** Removes it, also from under connections that are still open. */
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** True: its owner is no superuser, so that row-level security binds it, as in production. Default false. */
  readonly isPlain?: boolean;
}

/** An empty database of its own for one test file or test, on the run's real Postgres. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const admin = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  if (options.isPlain === true) {
    url.username = name;
    url.password = name;
    await execute(admin, APP_ROLE);
    await execute(admin, `CREATE ROLE ${name} LOGIN PASSWORD '${name}' IN ROLE holdfast_app`);
    await execute(admin, `ALTER DATABASE ${name} OWNER TO ${name}`);
  }
  const drop = async (): Promise<void> => {
    await execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await execute(admin, `DROP ROLE IF EXISTS ${name}`);
  };
  return { url: url.href, drop };
}

/** Who may not create it has to find it there: other tests do the same at the same time. */
const APP_ROLE = `DO $$
  BEGIN CREATE ROLE holdfast_app NOLOGIN NOBYPASSRLS;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$`;

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
