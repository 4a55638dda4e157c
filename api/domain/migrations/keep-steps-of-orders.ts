import type { MigrationInterface, QueryRunner } from 'typeorm';
import { touch } from '../../index.ts';

/** Of an order that is there only its beginning is known: `updated_at` may be that of any edit since. */
const KNOWN = `jsonb_build_array(jsonb_build_object('status', 'DRAFT', 'at',
  to_char("created_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`;

export class KeepStepsOfOrders1795376700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "order" ADD "steps" jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`ALTER TABLE "order" ALTER COLUMN "steps" DROP DEFAULT`);
    await touch(
      runner,
      'order',
      `UPDATE "order" SET "steps" = CASE WHEN "status" = 'DRAFT' THEN ${KNOWN}
        ELSE ${KNOWN} || jsonb_build_object('status', "status", 'at', null) END`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "order" DROP COLUMN "steps"`);
  }
}
