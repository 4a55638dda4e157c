import { APP_ROLE } from './app-role.ts';
import { RECENT, touchPolicy } from './migrations/row-security.ts';

/**
 * What a migration runs after it created a synced table, and before it drops one: indexes, row-level security, grants
 * and the guard that refuses writes past the engine (R29).
 *
 * The table has, beside its own columns: `scope text`, `id text`, `version bigint`, `created_at timestamptz(3)`,
 * `updated_at timestamptz(3)`, all not null, `deleted_at timestamptz(3)`, `clocks jsonb not null`, and the primary key
 * `(scope, id)`.
 *
 * @param table its name, unquoted
 */
export function syncedTableStatements(table: string): {
  readonly up: readonly string[];
  readonly down: readonly string[];
} {
  const name = quoteName(table);
  const index = (suffix: string): string => quoteName(`${table}_${suffix}`);
  return {
    up: [
      // Deltas are a range of this one (R8).
      `CREATE UNIQUE INDEX ${index('delta')} ON ${name} (scope, version)`,
      // First cycles leave out tombstones (R1).
      `CREATE INDEX ${index('live')} ON ${name} (scope, version) WHERE deleted_at IS NULL`,
      // Lists show the last updated first.
      `CREATE INDEX ${index('recent')} ON ${name} ${RECENT}`,
      `CREATE INDEX ${index('tombstones')} ON ${name} (scope, deleted_at) WHERE deleted_at IS NOT NULL`,
      `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
      `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
      // The inner SELECT makes it one evaluation a query, not one a row.
      `CREATE POLICY holdfast_read ON ${name} FOR SELECT
        USING (scope = ANY ((SELECT holdfast.readable_scopes())::text[]))`,
      `CREATE POLICY holdfast_insert ON ${name} FOR INSERT
        WITH CHECK (scope = ANY ((SELECT holdfast.writable_scopes())::text[]))`,
      `CREATE POLICY holdfast_update ON ${name} FOR UPDATE
        USING (scope = ANY ((SELECT holdfast.writable_scopes())::text[]))`,
      `CREATE POLICY holdfast_delete ON ${name} FOR DELETE
        USING (scope = ANY ((SELECT holdfast.writable_scopes())::text[]))`,
      touchPolicy(name),
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO ${APP_ROLE}`,
      `CREATE TRIGGER holdfast_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${name}
        FOR EACH STATEMENT EXECUTE FUNCTION holdfast.guard()`,
    ],
    down: [
      `DROP TRIGGER holdfast_guard ON ${name}`,
      ...['touch', 'delete', 'update', 'insert', 'read'].map(
        (kind) => `DROP POLICY holdfast_${kind} ON ${name}`,
      ),
      `REVOKE ALL ON ${name} FROM ${APP_ROLE}`,
      `ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`,
      `ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`,
      `DROP INDEX ${index('tombstones')}, ${index('recent')}, ${index('live')}, ${index('delta')}`,
    ],
  };
}

/** An identifier for SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
