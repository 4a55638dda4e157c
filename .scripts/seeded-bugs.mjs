// `npm run seeded-bugs`: puts one known bug at a time into a copy of the sources and sees whether it is noticed, by the simulation
// within 1,000 seeds or by the test named for it. `--only <words>`: those whose name contains the words. `--check`: only that each
// still has its place in the sources. Ends with 1 when one was not noticed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './install.mjs';
import { BUGS } from './seeded-bugs/bugs.mjs';

const SEEDS = 1_000;
/** So many are run before the next ones are begun. */
const CHUNK = 50;
const SIMULATION = ['--import', './.scripts/typescript.mjs', 'client/end-to-end/simulation/main.ts'];
const SOURCES = ['api', 'client', 'schema', '.scripts', '.config', 'package.json', 'tsconfig.json'];
const option = process.argv.indexOf('--only');
const wanted = option < 0 ? '' : (process.argv[option + 1] ?? '');

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

/** Whether the simulation, or the test named for a bug, finds something wrong with these sources; and where. */
function notice(copy, test) {
  const run = (args) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: 900_000 });
  if (test === undefined) {
    for (let from = 1; from <= SEEDS; from += CHUNK) {
      const { stdout, stderr } = run([...SIMULATION, '--from', String(from), '--seeds', String(CHUNK)]);
      const [, failed] = /\d+ seeds, (\d+) failed/.exec(stdout) ?? [];
      const [, seed, why] = /^Seed (\d+): (.*)/m.exec(stdout) ?? [];
      if (failed !== '0') return { isNoticed: true, by: `seed ${seed}: ${why}`, output: stdout + stderr };
    }
    return { isNoticed: false, by: '', output: '' };
  }
  const [project, path] = test.split(' ');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const done = run([
    vitest,
    'run',
    '--config',
    '.config/vitest.config.ts',
    '--bail',
    '1',
    '--project',
    project,
    path,
  ]);
  const output = (done.stdout + done.stderr).replace(/\u001b\[[\d;]*m/g, '');
  const [, title] = /FAIL\s+\|?\w+\|?\s*(.+)/.exec(output) ?? [];
  return { isNoticed: done.status !== 0, by: title ?? path, output };
}

const bugs = BUGS.filter(({ name }) => name.includes(wanted));
const texts = bugs.map(withBug);
if (process.argv.includes('--check')) process.exit(0);

const copy = copySources();
for (const test of new Set(bugs.map((bug) => bug.test))) {
  const { isNoticed, output } = notice(copy, test);
  // A detector that is red already would notice everything.
  if (isNoticed) throw new Error(`${test ?? 'the simulation'} fails without any bug:\n${output}`);
}
const missed = [];
process.stdout.write('| Bug | Rule | Noticed by |\n| --- | --- | --- |\n');
for (const [index, bug] of bugs.entries()) {
  const original = readFileSync(join(root, bug.file), 'utf8');
  writeFileSync(join(copy, bug.file), texts[index]);
  const { isNoticed, by, output } = notice(copy, bug.test);
  writeFileSync(join(copy, bug.file), original);
  process.stdout.write(`| ${bug.name} | ${bug.rule} | ${isNoticed ? by : 'NOT NOTICED'} |\n`);
  if (process.argv.includes('--verbose')) process.stdout.write(`${output.slice(-3_000)}\n`);
  if (!isNoticed) missed.push(bug.name);
}
rmSync(copy, { recursive: true, force: true });
if (missed.length > 0) {
  process.stderr.write(`${missed.length} of ${bugs.length} were not noticed: ${missed.join('; ')}\n`);
  process.exit(1);
}
