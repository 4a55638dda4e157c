import { ENGINE_SETTING } from './app-role.ts';
import { quoteName } from './synced-table.ts';

/**
 * For migrations: changes rows of a synced table by SQL, and gives each of them a new position, so that every device
 * receives it (R29). Without `update`, all rows of the table. Pushes to the type wait until the migration has committed.
 *
 * It is no edit of anybody's: times and writers of the fields stay as they are. What a person wrote before, and sends
 * afterwards, is put over it like over any other change (R20, R22). Records are created with `holdfast.write`, and
 * deleted with it or by `SET deleted_at = now()`; the guard refuses INSERT and DELETE here, too.
 *
 * @param runner of a migration that runs in a transaction, as migrations do by default
 * @param table its name, unquoted
 * @param update one UPDATE statement, such as `UPDATE note SET title = btrim(title) WHERE title <> btrim(title)`
 */
export async function touch(
  runner: { query(sql: string): Promise<unknown> },
  table: string,
  update?: string,
): Promise<void> {
  const name = quoteName(table);
  // Fails outside of a transaction. Readers go on; a push that has begun with this table ends first.
  await runner.query(`LOCK TABLE ${name} IN EXCLUSIVE MODE`);
  await runner.query(`SET LOCAL ${ENGINE_SETTING} = 'touch'`);
  if (update !== undefined) {
    await runner.query(update);
  }
  await runner.query(touchStatement(name, update === undefined ? 'true' : WRITTEN_HERE));
  await runner.query(`SET LOCAL ${ENGINE_SETTING} = 'off'`);
}

const WRITTEN_HERE = 't.xmin = pg_current_xact_id()::xid';

/** In `clocks` version 0 stands for the row's own, which is about to change: it becomes the number it stood for. */
function touchStatement(name: string, condition: string): string {
  return `WITH touched AS (
      SELECT t.ctid AS place, t.scope, count(*) OVER (PARTITION BY t.scope) AS count,
        row_number() OVER (PARTITION BY t.scope ORDER BY t.version) AS ord
      FROM ${name} t WHERE ${condition}
    ), bump AS (
      INSERT INTO holdfast.counter AS c (scope, head)
      SELECT scope, count(*) FROM touched GROUP BY scope ORDER BY scope
      ON CONFLICT (scope) DO UPDATE SET head = c.head + excluded.head RETURNING c.scope, c.head
    )
    UPDATE ${name} t SET version = b.head - x.count + x.ord, clocks = coalesce((
        SELECT jsonb_object_agg(field, CASE WHEN stamp -> 0 = '0' THEN jsonb_set(stamp, '{0}', to_jsonb(t.version)) ELSE stamp END)
        FROM jsonb_each(t.clocks) AS each(field, stamp)), '{}')
    FROM touched x JOIN bump b USING (scope) WHERE t.ctid = x.place`;
}
