import type { MigrationInterface, QueryRunner } from 'typeorm';
import { touch } from '../../index.ts';

export class SayWhatOrdersReserve1795352122000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "order" ADD "reserved" boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE "order" ALTER COLUMN "reserved" DROP DEFAULT`);
    await touch(
      runner,
      'order',
      `UPDATE "order" SET "reserved" = "number" IS NOT NULL AND "status" <> 'CANCELLED'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "order" DROP COLUMN "reserved"`);
  }
}
