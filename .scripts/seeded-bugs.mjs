// `npm run seeded-bugs`: puts one known bug at a time into a copy of the sources and sees whether it is noticed, by the simulation
// within 1,000 seeds or by the test named for it. What notices a bug has to be green without it. Prints the kill table as Markdown.
// `--only <words>`, once or more: those whose name contains the words. `--seeds <count>`: so many at most. `--write`: what was tried is written into docs/correctness.md, too.
// `--check`: only that each bug has its place in the sources. Ends with 1 when one was not noticed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './install.mjs';
import { BUGS } from './seeded-bugs/bugs.mjs';

const TABLE = join(root, 'docs/correctness.md');
const SIMULATION = ['--import', './.scripts/typescript.mjs', 'client/end-to-end/simulation/main.ts'];
const SOURCES = ['api', 'client', 'schema', '.scripts', '.config', 'package.json', 'tsconfig.json'];
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [''] },
    seeds: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** The file with the bug in it. Throws where the sources have moved on. */
function withBug({ file, find, replace, name }) {
  const text = readFileSync(join(root, file), 'utf8');
  if (text.split(find).length !== 2) throw new Error(`"${name}" has no single place in ${file} any more`);
  return text.replace(find, () => replace);
}

function copySources() {
  const copy = mkdtempSync(join(tmpdir(), 'holdfast-bugs-'));
  const skip = /\/(node_modules|dist)(\/|$)/;
  for (const source of SOURCES) {
    const filter = (path) => !skip.test(path.slice(root.length));
    cpSync(join(root, source), join(copy, source), { recursive: true, filter });
  }
  for (const packages of ['node_modules', 'client/node_modules', 'api/node_modules']) {
    try {
      symlinkSync(join(root, packages), join(copy, packages));
    } catch {
      // Not every workspace has packages of its own.
    }
  }
  return copy;
}

const plain = (text) => text.replace(/\u001b\[[\d;]*m/g, '');
const run = (args, cwd) => spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 1_800_000 });

/** The first of these seeds that fails, and why; null when none does. */
function judgeSeeds(copy, from, count) {
  const order = ['--from', String(from), '--seeds', String(count), '--first'];
  const { stdout, stderr } = run([...SIMULATION, ...order], copy);
  if (/^\d+ seeds, 0 failed/m.test(stdout)) return null;
  const [, seed, why] = /^Seed (\d+): (.*)/m.exec(stdout) ?? [];
  return {
    seed: Number(seed ?? from),
    by: why ?? 'the run did not come to its end',
    output: stdout + stderr,
  };
}

/** What the test says that fails; null when all are green. */
function judgeTest(copy, test) {
  const [project, path] = test.split(' ');
  const vitest = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config',
    '.config/vitest.config.ts',
  ];
  const { status, stdout, stderr } = run([...vitest, '--bail', '1', '--project', project, path], copy);
  const output = plain(stdout + stderr);
  const [, title = path] = /FAIL\s+\|?\w+\|?\s*(.+)/.exec(output) ?? [];
  return status === 0 ? null : { by: title, output };
}

/** Seeds that noticed the bugs when the table was written: they are asked first. */
function seedsOfTable() {
  const lines = readFileSync(TABLE, 'utf8').matchAll(/^\| (.+?) +\| .*? \| seed (\d+): /gm);
  return new Map([...lines].map(([, name, seed]) => [name, Number(seed)]));
}

function notice(copy, { name, test }) {
  if (test !== undefined) return judgeTest(copy, test);
  const before = seedsOfTable().get(name);
  const again = before === undefined ? null : judgeSeeds(copy, before, 1);
  return again ?? judgeSeeds(copy, 1, Number(options.seeds));
}

/** In a table a line has to stay one, and what differs from run to run is nobody's interest. */
function said({ seed, by }) {
  const words = by
    .replaceAll('|', '/')
    .replace(/(: )?\{.*$/, '')
    .trim();
  return seed === undefined
    ? words
    : `seed ${seed}: ${words.length > 110 ? `${words.slice(0, 110)} …` : words}`;
}

/** With what was tried so far; what was not keeps its line. */
function writeTable(rows) {
  const document = readFileSync(TABLE, 'utf8');
  const tried = new Map(rows.map(({ name, by }) => [name, by]));
  const before = new Map(
    [...document.matchAll(/^\| (.+?) +\| .*? \| (.+?) +\|$/gm)].map(([, name, by]) => [name, by]),
  );
  const lines = BUGS.map(({ name, rule }) => {
    return `| ${name} | ${rule} | ${tried.get(name) ?? before.get(name) ?? '**not tried**'} |\n`;
  });
  const parts = document.split(/(?<=<!-- seeded bugs -->\n)[^]*?(?=<!-- \/seeded bugs -->)/);
  if (parts.length !== 2) throw new Error(`${TABLE} has no place for the table`);
  writeFileSync(
    TABLE,
    `${parts[0]}\n| Bug | Rule | Noticed by |\n| --- | --- | --- |\n${lines.join('')}\n${parts[1]}`,
  );
}

const bugs = BUGS.filter(({ name }) => options.only.some((words) => name.includes(words)));
const texts = bugs.map(withBug);
if (options.check) process.exit(0);

const copy = copySources();
const sound = new Map();
/** A detector that is red already would notice everything. */
function isSound({ test }, { seed, output }) {
  const key = test ?? seed;
  if (!sound.has(key)) sound.set(key, test === undefined ? judgeSeeds(copy, seed, 1) : judgeTest(copy, test));
  if (sound.get(key) === null) return true;
  process.stderr.write(`${test ?? `Seed ${seed}`} fails without any bug:\n${output}\n`);
  return false;
}
const rows = [];
for (const [index, bug] of bugs.entries()) {
  const original = readFileSync(join(root, bug.file), 'utf8');
  writeFileSync(join(copy, bug.file), texts[index]);
  const found = notice(copy, bug);
  writeFileSync(join(copy, bug.file), original);
  const isNoticed = found !== null && isSound(bug, found);
  rows.push({ ...bug, isNoticed, by: isNoticed ? said(found) : '**not noticed**' });
  process.stdout.write(`| ${bug.name} | ${bug.rule} | ${rows.at(-1).by} |\n`);
  if (options.write) writeTable(rows);
  if (options.verbose && found !== null) process.stdout.write(`${found.output.slice(-3_000)}\n`);
}
rmSync(copy, { recursive: true, force: true });
const missed = rows.filter(({ isNoticed }) => !isNoticed).map(({ name }) => name);
process.stdout.write(`${rows.length - missed.length} of ${rows.length} were noticed\n`);
if (missed.length > 0) {
  process.stderr.write(`Not noticed: ${missed.join('; ')}\n`);
  process.exit(1);
}
