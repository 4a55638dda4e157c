import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = join(root, 'docs/protocol.md');
const SUITE = 'api/testing/conform/rules/';
const MARK = '<!-- tables -->';

/** R1 to R33; there are no R16 to R19. */
const RULES = [...Array(33).keys()].map((at) => `R${at + 1}`);
const UNUSED = new Set(['R16', 'R17', 'R18', 'R19']);

/** A label in front of a title: `R12`, `I7`, `security 63`, with a colon or without. */
const TITLE = /['"`]((?:(?:security |[IR])[\d, ]*\d[:,]? )+)\S/g;
const CHECK = /\bcheck(?:Types)?\(\s*'(R\d+)',/g;

function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist'].includes(entry.name) ? [] : filesUnder(path);
  });
}

function rulesOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const named = path.startsWith(SUITE)
    ? [...text.matchAll(CHECK)].map(([, rule]) => rule ?? '')
    : [...text.matchAll(TITLE)].flatMap(([, labels = '']) => labels.match(/\bR\d+/g) ?? []);
  return RULES.filter((rule) => named.includes(rule));
}

/** Files with tests or checks, by path, and the rules that each of them names. */
const proofs: ReadonlyMap<string, readonly string[]> = new Map(
  [...filesUnder('api'), ...filesUnder('client')]
    .filter((path) => /\.test\.tsx?$/.test(path) || path.startsWith(SUITE))
    .sort()
    .map((path) => [path, rulesOf(path)] as const)
    .filter(([, rules]) => rules.length > 0),
);

function link(path: string): string {
  return `[${path.slice(path.lastIndexOf('/') + 1)}](../${path})`;
}

function tables(): string {
  const rows = RULES.filter((rule) => !UNUSED.has(rule)).map((rule) => {
    const files = [...proofs].filter(([, rules]) => rules.includes(rule)).map(([path]) => path);
    const [suite, tests] = [true, false].map((isCheck) =>
      files.filter((path) => path.startsWith(SUITE) === isCheck).map(link),
    );
    return `| ${rule} | ${tests?.join(', ') || 'none'} | ${suite?.join(', ') || 'not observable'} |`;
  });
  const back = [...proofs].map(([path, rules]) => `| [${path}](../${path}) | ${rules.join(', ')} |`);
  return [
    '| Rule | Tests whose titles begin with it | Checks of the conformance suite |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '| Test file | Rules |',
    '| --- | --- |',
    ...back,
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}

test('docs/protocol.md ends with the tables of the rules and their tests (-u writes them anew)', async () => {
  const [prose = ''] = readFileSync(page, 'utf8').split(MARK);
  await expect(`${prose}${MARK}\n\n${tables()}`).toMatchFileSnapshot(page);
});

test.each(RULES.filter((rule) => !UNUSED.has(rule)))('%s is explained, and has a test or a check', (rule) => {
  expect(readFileSync(page, 'utf8')).toMatch(new RegExp(`^- \\*\\*${rule}\\*\\* `, 'm'));
  expect([...proofs.values()].flat()).toContain(rule);
});

test('no test names a rule that there is not', () => {
  const named = [...proofs].filter(([, rules]) => rules.some((rule) => UNUSED.has(rule)));
  expect(named).toEqual([]);
});
