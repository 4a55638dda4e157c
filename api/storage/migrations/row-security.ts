import { ENGINE_SETTING, USER_SETTING } from '../app-role.ts';

interface Runner {
  query(sql: string): Promise<unknown>;
}

/**
 * Row-level security on the engine's own tables, and the guard of the synced ones. A device row and its receipts are their
 * user's alone. `epoch` holds nobody's data; `account` and `membership` are what tells whose data somebody may read: they
 * are asked before there is a viewer.
 */
export class RowSecurity1735689600003 {
  async up(runner: Runner): Promise<void> {
    for (const statement of [...FUNCTIONS, ...PROTECTED_TABLES.flatMap(protect), ...PURGE, OLDER_TABLES]) {
      await runner.query(statement);
    }
  }

  async down(runner: Runner): Promise<void> {
    for (const table of PROTECTED_TABLES) {
      await runner.query(`ALTER TABLE holdfast.${table} NO FORCE ROW LEVEL SECURITY`);
      await runner.query(`ALTER TABLE holdfast.${table} DISABLE ROW LEVEL SECURITY`);
      for (const policy of ['read', 'insert', 'update', 'delete', 'purge', 'touch']) {
        await runner.query(`DROP POLICY IF EXISTS holdfast_${policy} ON holdfast.${table}`);
      }
    }
  }
}

/** The engine's tables that hold what belongs to a scope, or to a user in it. */
export const PROTECTED_TABLES = ['counter', 'horizon', 'sequence', 'device', 'receipt'] as const;

const PERSONAL: readonly string[] = ['device', 'receipt'];

const READABLE = 'scope = ANY ((SELECT holdfast.readable_scopes())::text[])';
const WRITABLE = 'scope = ANY ((SELECT holdfast.writable_scopes())::text[])';
const OWN = 'user_id = (SELECT holdfast.acting_user())';
const modeIs = (mode: string): string => `(SELECT holdfast.engine_mode()) = '${mode}'`;

/** `on`: a push or an operation. `purge`: deletes what is too old. `touch`: a migration that changes rows. */
const FUNCTIONS = [
  `CREATE FUNCTION holdfast.engine_mode() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN current_setting('${ENGINE_SETTING}', true)`,
  `CREATE FUNCTION holdfast.acting_user() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('${USER_SETTING}', true), '')`,
  `CREATE OR REPLACE FUNCTION holdfast.guard() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    CASE holdfast.engine_mode()
      WHEN 'on' THEN RETURN NULL;
      WHEN 'purge' THEN IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
      WHEN 'touch' THEN IF TG_OP = 'UPDATE' THEN RETURN NULL; END IF;
      ELSE NULL;
    END CASE;
    RAISE EXCEPTION 'The table % is synced: % past the engine would never reach a device.', TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'HF001',
        HINT = 'Use holdfast.write(scope, changes), or touch(runner, table, update) in a migration.';
  END $$`,
];

function protect(table: (typeof PROTECTED_TABLES)[number]): readonly string[] {
  const isPersonal = PERSONAL.includes(table);
  // A receipt is answered to its user also when the scope is lost (R12).
  const read = isPersonal ? OWN : READABLE;
  const write = isPersonal ? `${OWN} AND ${WRITABLE}` : WRITABLE;
  const name = `holdfast.${table}`;
  return [
    `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY holdfast_read ON ${name} FOR SELECT USING (${read})`,
    `CREATE POLICY holdfast_insert ON ${name} FOR INSERT WITH CHECK (${write})`,
    `CREATE POLICY holdfast_update ON ${name} FOR UPDATE USING (${write})`,
    `CREATE POLICY holdfast_delete ON ${name} FOR DELETE USING (${write})`,
  ];
}

/** A purge looks for scopes, and forgets the receipts of everybody in those that it has opened. */
const PURGE = [
  `CREATE POLICY holdfast_purge ON holdfast.counter FOR SELECT USING (${modeIs('purge')})`,
  `CREATE POLICY holdfast_purge ON holdfast.device FOR SELECT USING (${modeIs('purge')})`,
  `CREATE POLICY holdfast_purge ON holdfast.receipt USING (${modeIs('purge')} AND ${WRITABLE})`,
  // A migration's rows are of all scopes. Its user owns the tables; the API's role has no such policy.
  touchPolicy('holdfast.counter'),
];

/** Lets the migrating user reach the rows of every scope while it touches records. */
export function touchPolicy(table: string): string {
  return `CREATE POLICY holdfast_touch ON ${table} TO CURRENT_USER USING (${modeIs('touch')})`;
}

/** What the list in the default order is read from. */
export const RECENT = '(scope, updated_at DESC NULLS LAST, id COLLATE "C") WHERE deleted_at IS NULL';

/** Synced tables made before this migration lack the policy for touching, and an index. */
const OLDER_TABLES = `DO $$
  DECLARE synced regclass; name text;
  BEGIN
    FOR synced, name IN SELECT g.tgrelid, c.relname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE g.tgname = 'holdfast_guard' LOOP
      EXECUTE format('${touchPolicy('%s').replaceAll("'", "''")}', synced);
      EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %s ${RECENT}', name || '_recent', synced);
    END LOOP;
  END $$`;
