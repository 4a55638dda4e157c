import { APP_ROLE, READABLE_SETTING, WRITABLE_SETTING } from '../app-role.ts';

interface Runner {
  query(sql: string): Promise<unknown>;
}

/** The engine's own tables and what the policies of synced tables call. */
export class Foundation1735689600000 {
  async up(runner: Runner): Promise<void> {
    for (const statement of [...ROLE, ...TABLES, ...FUNCTIONS, ...GRANTS]) {
      await runner.query(statement);
    }
  }

  async down(runner: Runner): Promise<void> {
    await runner.query('DROP SCHEMA holdfast CASCADE');
  }
}

/**
 * Roles belong to the whole cluster: another database's migration may create it at the same moment. The owner has to be
 * allowed to take it; a superuser is already.
 */
const ROLE = [
  `DO $$
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${APP_ROLE}') THEN
      CREATE ROLE ${APP_ROLE} NOLOGIN NOBYPASSRLS;
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$`,
  `DO $$
  BEGIN
    IF NOT pg_has_role(current_user, '${APP_ROLE}', 'SET') THEN
      GRANT ${APP_ROLE} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE;
    END IF;
  END $$`,
];

/** Keys begin with scope wherever the data is a tenant's; epochs and accounts are reference tables. */
const TABLES = [
  'CREATE SCHEMA holdfast',
  `CREATE TABLE holdfast.epoch (
    id text COLLATE "C" PRIMARY KEY,
    started_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE holdfast.counter (
    scope text PRIMARY KEY,
    head bigint NOT NULL
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE holdfast.horizon (
    scope text NOT NULL,
    type text NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (scope, type)
  )`,
  `CREATE TABLE holdfast.device (
    scope text NOT NULL,
    user_id text NOT NULL,
    device_id text NOT NULL,
    last_seq bigint NOT NULL DEFAULT 0,
    acknowledged bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, user_id, device_id)
  ) WITH (fillfactor = 80)`,
  `CREATE TABLE holdfast.receipt (
    scope text NOT NULL,
    user_id text NOT NULL,
    device_id text NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    outcome text NOT NULL,
    conflicts jsonb,
    error jsonb,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, user_id, device_id, seq)
  )`,
  `CREATE TABLE holdfast.account (
    id text PRIMARY KEY,
    name text NOT NULL,
    disabled_at timestamptz(3)
  )`,
  `CREATE TABLE holdfast.membership (
    user_id text NOT NULL REFERENCES holdfast.account (id) ON DELETE CASCADE,
    scope text NOT NULL,
    access text NOT NULL CHECK (access IN ('READ', 'WRITE')),
    PRIMARY KEY (user_id, scope)
  )`,
  'CREATE INDEX membership_scope ON holdfast.membership (scope)',
];

/** A missing setting reads as no scope at all, so a connection without a viewer sees and writes nothing. */
const FUNCTIONS = [
  `CREATE FUNCTION holdfast.readable_scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(current_setting('${READABLE_SETTING}', true), ',')`,
  `CREATE FUNCTION holdfast.writable_scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(current_setting('${WRITABLE_SETTING}', true), ',')`,
  `CREATE FUNCTION holdfast.begin_epoch() RETURNS text LANGUAGE sql AS $$
    INSERT INTO holdfast.epoch (id)
    SELECT lpad(to_hex(greatest(
             (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
             coalesce(('x' || lpad(left(max(id), 12), 16, '0'))::bit(64)::bigint + 1, 0)
           )), 12, '0') || '-' || left(md5(gen_random_uuid()::text), 8)
    FROM holdfast.epoch
    RETURNING id
  $$`,
  'SELECT holdfast.begin_epoch()',
];

const GRANTS = [
  `GRANT USAGE ON SCHEMA holdfast TO ${APP_ROLE}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA holdfast TO ${APP_ROLE}`,
  `REVOKE UPDATE, DELETE ON holdfast.epoch FROM ${APP_ROLE}`,
];
