import pg from 'pg';
import type { Queryable } from './connection.ts';
import { PROTECTED_TABLES } from './migrations/row-security.ts';
import type { SyncedTable } from './synced-table-model.ts';

/** The database is not as the guarantees need it; the message says what to do. */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}

interface Session {
  readonly version: number;
  readonly synchronousCommit: string;
  readonly role: string;
  readonly isSuperuser: boolean;
  readonly bypassesRls: boolean;
}

/** Asserts what the guarantees rest on, as the app role sees it (R15, I14, security rows 57 and 58). */
export async function checkDatabase(database: Queryable, tables: readonly SyncedTable[]): Promise<void> {
  const [session] = await database.query<Session>(
    `SELECT current_setting('server_version_num')::int AS version,
      current_setting('synchronous_commit') AS "synchronousCommit",
      current_user::text AS role, rolsuper AS "isSuperuser", rolbypassrls AS "bypassesRls"
      FROM pg_roles WHERE rolname = current_user`,
    [],
  );
  const problem = session === undefined ? 'The connection has no role.' : problemOf(session);
  if (problem !== null) {
    throw new DatabaseSetupError(problem);
  }
  for (const table of PROTECTED_TABLES) {
    await checkEngineTable(database, table);
  }
  for (const table of tables) {
    await checkTable(database, table);
  }
}

function problemOf(session: Session): string | null {
  if (session.version < 170_000) {
    return `Postgres 17 or newer is needed, this is ${Math.trunc(session.version / 10_000)}. Upgrade the server.`;
  }
  if (!['on', 'remote_apply'].includes(session.synchronousCommit)) {
    return `synchronous_commit is ${session.synchronousCommit}: an acknowledged write could be lost. Set it to on.`;
  }
  if (session.isSuperuser || session.bypassesRls) {
    return `The role ${session.role} passes by row-level security. Run: ALTER ROLE ${session.role} NOSUPERUSER NOBYPASSRLS.`;
  }
  return null;
}

interface TableState {
  readonly isForced: boolean;
  readonly isOwner: boolean;
  readonly isGuarded: boolean;
}

/** @param name as it is written in SQL */
async function stateOf(database: Queryable, name: string): Promise<TableState | undefined> {
  const [table] = await database.query<TableState>(
    `SELECT c.relrowsecurity AND c.relforcerowsecurity AS "isForced",
      pg_has_role(current_user, c.relowner, 'USAGE') AS "isOwner",
      EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgname = 'holdfast_guard' AND g.tgenabled <> 'D')
        AS "isGuarded"
      FROM pg_class c WHERE c.oid = to_regclass($1)`,
    [name],
  );
  return table;
}

async function checkEngineTable(database: Queryable, name: string): Promise<void> {
  const table = await stateOf(database, `holdfast.${name}`);
  if (table?.isForced !== true || table.isOwner) {
    throw new DatabaseSetupError(
      `The table holdfast.${name} is missing, lacks row-level security, or belongs to the app role. Run the migrations as its owner, and FORCE ROW LEVEL SECURITY on it.`,
    );
  }
}

async function checkTable(database: Queryable, { name, entity }: SyncedTable): Promise<void> {
  const table = await stateOf(database, name);
  if (table === undefined) {
    throw new DatabaseSetupError(
      `The table ${entity.table} of ${entity.name} is missing. Run the migrations.`,
    );
  }
  if (!table.isForced || !table.isGuarded) {
    throw new DatabaseSetupError(
      `The table ${entity.table} lacks row-level security or its guard. Run syncedTableStatements('${entity.table}').up in a migration.`,
    );
  }
  if (table.isOwner) {
    throw new DatabaseSetupError(
      `The app role owns the table ${entity.table}. Give it to the migrating user.`,
    );
  }
}

/**
 * An expression for the effective epoch: the stored id and the server's timeline, which rises when a standby takes over
 * or a backup is recovered. Where the timeline cannot be read, the stored id alone.
 */
export async function findEpochSql(database: Queryable): Promise<string> {
  const stored = '(SELECT max(id) FROM holdfast.epoch)';
  const withTimeline = `(${stored} || '.' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))`;
  try {
    await database.query(`SELECT ${withTimeline} AS epoch`, []);
    return withTimeline;
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      return stored;
    }
    throw error;
  }
}
