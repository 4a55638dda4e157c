import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

function testFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !/node_modules|\/dist\//.test(path));
}

/** `number file` for each probe that a title names; a table of cases may hold the numbers of a `security %s` title. */
function tested(): string[] {
  return [...testFiles('api'), ...testFiles('client')].flatMap((file) => {
    const source = readFileSync(join(ROOT, file), 'utf8').replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, '');
    const titles = [...source.matchAll(/\bsecurity ((?:\d+(?:, )?)+)/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    const cases = source.includes(`'security ${'%s'}`) ? [...source.matchAll(/\['(\d+): /g)] : [];
    return [...titles, ...cases.map(([, number]) => number)].map((number) => `${number} ${file}`);
  });
}

/** `number file` for each row of the table. */
function documented(): string[] {
  const text = readFileSync(join(ROOT, 'docs', 'threat-model.md'), 'utf8');
  return [...text.matchAll(/^\| (\d+) .*\|(.*)\|$/gm)].flatMap(([, number, files = '']) =>
    [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => `${number} ${file}`),
  );
}

test('docs/threat-model.md names the tests of each probe, and no other', () => {
  const table = documented();
  expect(table.length).toBeGreaterThan(40);
  expect([...new Set(tested())].sort()).toEqual([...new Set(table)].sort());
});
