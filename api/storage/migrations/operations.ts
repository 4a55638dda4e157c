import { APP_ROLE } from '../app-role.ts';

interface Runner {
  query(sql: string): Promise<unknown>;
}

/** Results of operations beside their receipts, and the numbers that operations give (R32). */
export class Operations1735689600002 {
  async up(runner: Runner): Promise<void> {
    // `json`, not `jsonb`: a replay answers the very text.
    await runner.query('ALTER TABLE holdfast.receipt ADD COLUMN data json');
    await runner.query(`CREATE TABLE holdfast.sequence (
      scope text NOT NULL,
      name text NOT NULL,
      value bigint NOT NULL,
      PRIMARY KEY (scope, name)
    )`);
    await runner.query(`GRANT SELECT, INSERT, UPDATE ON holdfast.sequence TO ${APP_ROLE}`);
  }

  async down(runner: Runner): Promise<void> {
    await runner.query('DROP TABLE holdfast.sequence');
    await runner.query('ALTER TABLE holdfast.receipt DROP COLUMN data');
  }
}
