import { expect, it } from 'vitest';
import { renderMigration, renderMigrationIndex } from './render-migration.ts';

it('writes a migration that gives new tables what synced tables need, and takes it back first', () => {
  const { fileName, className, text } = renderMigration({
    name: 'AddTasks',
    timestamp: 1800000000000,
    draft: {
      up: ['CREATE TABLE "task" ()', 'COMMENT ON TABLE "task" IS \'a `b` ${c} \\\''],
      down: ['DROP TABLE "task"'],
      createdTables: ['task'],
    },
  });
  expect([fileName, className]).toEqual(['add-tasks.ts', 'AddTasks1800000000000']);
  expect(text).toBe(
    String.raw`import type { MigrationInterface, QueryRunner } from 'typeorm';
import { syncedTableStatements } from '../../index.ts';

const TABLES = ['task'];

export class AddTasks1800000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(~CREATE TABLE "task" ()~);
    await runner.query(~COMMENT ON TABLE "task" IS 'a \~b\~ \§{c} \\'~);
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).up)) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).down)) {
      await runner.query(statement);
    }
    await runner.query(~DROP TABLE "task"~);
  }
}
`
      .replaceAll('~', '`')
      .replaceAll('§', '$'),
  );
});

it('asks for nothing special when no table is new', () => {
  const draft = {
    up: ['ALTER TABLE "note" ADD "mood" text'],
    down: ['ALTER TABLE "note" DROP "mood"'],
    createdTables: [],
  };
  const { text } = renderMigration({ name: 'AddMood', timestamp: 1, draft });
  expect(text).not.toContain('syncedTableStatements');
  expect(text).toContain('ALTER TABLE "note" ADD "mood" text');
});

it('lists migrations by their time stamps, whatever their files are called', () => {
  const text = renderMigrationIndex([
    { fileName: 'a.ts', className: 'Later1800000000000' },
    { fileName: 'b.ts', className: 'Sooner1700000000000' },
  ]);
  expect(text).toContain('export const migrations = [Sooner1700000000000, Later1800000000000];');
  expect(text.indexOf("'./b.ts'")).toBeLessThan(text.indexOf("'./a.ts'"));
});
