import type { MigrationInterface, QueryRunner } from 'typeorm';
import { syncedTableStatements } from '../../index.ts';

const TABLES = ['note', 'notebook'];

export class NotesAndNotebooks1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "note" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "title" text NOT NULL, "content" text NOT NULL, "tags" text array NOT NULL, "pinned" boolean NOT NULL, "notebook_id" text, CONSTRAINT "note_key" PRIMARY KEY ("scope", "id"))`,
    );
    await runner.query(
      `CREATE TABLE "notebook" ("scope" text NOT NULL, "id" text NOT NULL, "version" bigint NOT NULL, "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "deleted_at" TIMESTAMP(3) WITH TIME ZONE, "clocks" jsonb NOT NULL DEFAULT '{}', "name" text NOT NULL, "color" text, CONSTRAINT "notebook_key" PRIMARY KEY ("scope", "id"))`,
    );
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).up)) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).down)) {
      await runner.query(statement);
    }
    await runner.query(`DROP TABLE "notebook"`);
    await runner.query(`DROP TABLE "note"`);
  }
}
