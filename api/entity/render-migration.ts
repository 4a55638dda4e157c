import type { DraftMigration } from './draft-migration.ts';
import { snakeCase } from './naming.ts';

export interface MigrationSource {
  /** In Pascal case, such as `AddOrders`. */
  readonly name: string;
  /** Milliseconds since 1970; migrations run in this order. */
  readonly timestamp: number;
  readonly draft: DraftMigration;
}

/** A file of a migrations folder. */
export interface MigrationFile {
  readonly fileName: string;
  readonly className: string;
  readonly text: string;
}

const quoted = (statement: string): string =>
  `\`${statement.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\``;

/** The widest line that formatters leave alone. */
const LINE = 110;

function run(statement: string): string {
  const line = `    await runner.query(${quoted(statement)});`;
  return line.length <= LINE
    ? line
    : `    await runner.query(
      ${quoted(statement)},
    );`;
}

const runAll = (direction: 'up' | 'down'): string =>
  `    for (const statement of TABLES.flatMap((table) => syncedTableStatements(table).${direction})) {
      await runner.query(statement);
    }`;

/** The TypeORM migration that runs a draft, with what a synced table needs beside its columns. */
export function renderMigration({ name, timestamp, draft }: MigrationSource): MigrationFile {
  const className = `${name}${timestamp}`;
  const hasTables = draft.createdTables.length > 0;
  const tables = draft.createdTables.map((table) => `'${table}'`).join(', ');
  const lines = [
    `import type { MigrationInterface, QueryRunner } from 'typeorm';`,
    ...(hasTables
      ? [`import { syncedTableStatements } from '../../index.ts';`, '', `const TABLES = [${tables}];`]
      : []),
    '',
    `export class ${className} implements MigrationInterface {`,
    '  async up(runner: QueryRunner): Promise<void> {',
    ...draft.up.map(run),
    ...(hasTables ? [runAll('up')] : []),
    '  }',
    '',
    '  async down(runner: QueryRunner): Promise<void> {',
    ...(hasTables ? [runAll('down')] : []),
    ...draft.down.map(run),
    '  }',
    '}',
    '',
  ];
  return { fileName: `${snakeCase(name).replaceAll('_', '-')}.ts`, className, text: lines.join('\n') };
}

/** `migrations/index.ts`: all migration classes of the folder, the oldest first. */
export function renderMigrationIndex(
  files: readonly Pick<MigrationFile, 'fileName' | 'className'>[],
): string {
  const stamp = ({ className }: { readonly className: string }): number =>
    Number(/\d+$/.exec(className)?.[0] ?? 0);
  const sorted = files.toSorted((one, other) => stamp(one) - stamp(other));
  return [
    ...sorted.map(({ fileName, className }) => `import { ${className} } from './${fileName}';`),
    '',
    '/** What brings the database to the shape of the entity classes, the oldest first. */',
    listOf(sorted.map(({ className }) => className)),
    '',
  ].join('\n');
}

function listOf(names: readonly string[]): string {
  const line = `export const migrations = [${names.join(', ')}];`;
  return line.length <= LINE
    ? line
    : `export const migrations = [\n${names.map((name) => `  ${name},\n`).join('')}];`;
}
