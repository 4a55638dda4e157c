import type { MigrationInterface, QueryRunner } from 'typeorm';
import { syncedTableStatements } from '../../index.ts';

const TABLES = ['order', 'product', 'setting'];

export class AddShopAndSettings1795343619446 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "order" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "lines" jsonb NOT NULL, "status" text NOT NULL, "note" text NOT NULL, "number" integer, "total" integer NOT NULL, CONSTRAINT "order_key" PRIMARY KEY ("scope", "id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "order_number_unique" ON "order"  ("scope", "number") WHERE "deleted_at" IS NULL`,
    );
    await runner.query(
      `CREATE TABLE "product" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "name" text NOT NULL, "description" text NOT NULL, "price" integer NOT NULL, "stock" integer NOT NULL, "active" boolean NOT NULL, CONSTRAINT "product_key" PRIMARY KEY ("scope", "id"))`,
    );
    await runner.query(
      `CREATE TABLE "setting" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "value" jsonb NOT NULL, CONSTRAINT "setting_key" PRIMARY KEY ("scope", "id"))`,
    );
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).up)) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).down)) {
      await runner.query(statement);
    }
    await runner.query(`DROP TABLE "setting"`);
    await runner.query(`DROP TABLE "product"`);
    await runner.query(`DROP INDEX "public"."order_number_unique"`);
    await runner.query(`DROP TABLE "order"`);
  }
}
