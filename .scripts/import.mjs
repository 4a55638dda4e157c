// `npm run import -- <folder>`: sends the Markdown files of a folder through the public API, each as a note. Running it
// again changes only what changed in the files. Needs a running API (`npm start`).
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { noteOf, UnreadableFileError } from './import/markdown-note.mjs';
import { ImportError, NotesApi, signIn } from './import/notes-api.mjs';

const USAGE = `npm run import -- <folder> [options]

  --url <address>    the API's address (http://localhost:4000)
  --account <name>   the demo account to sign in as (ada)
  --token <token>    a bearer token, instead of a demo account
  --scope <id>       where the notes go (the account's own scope)`;

const BATCH_COUNT = 500;
const BATCH_BYTES = 1_000_000;
const FILE_BYTES = 250_000;

const FIELDS = ['title', 'content', 'tags'];

async function main() {
  const { values, positionals } = readArguments();
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1 || values.help) throw new ImportError(USAGE);
  const url = values.url.replace(/\/(graphql)?$/, '');
  const files = await markdownFiles(folder);
  if (files.length === 0) throw new ImportError(`There are no Markdown files (.md, .markdown) in ${folder}.`);
  const token = values.token ?? (await signIn(url, values.account));
  const api = new NotesApi({ url, token, scope: values.scope });

  const counts = { created: 0, changed: 0, unchanged: 0, refused: 0 };
  const refusals = [];
  const refuse = (path, reason) => {
    counts.refused++;
    refusals.push(`${path}: ${reason}`);
  };
  const bar = await progressBar(files.length);
  for await (const batch of batches(folder, files, refuse)) {
    await send(api, batch, { counts, refuse });
    bar.update(counts.created + counts.changed + counts.unchanged + counts.refused, counts);
  }
  bar.update(files.length, counts);
  bar.stop();
  for (const refusal of refusals) process.stderr.write(`refused  ${refusal}\n`);
  const summary = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  process.stdout.write(`${files.length} files: ${summary.join(', ')}\n`);
  if (counts.refused > 0) process.exitCode = 1;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:4000' },
        account: { type: 'string', default: 'ada' },
        token: { type: 'string' },
        scope: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ImportError(`${error.message}\n\n${USAGE}`);
  }
}

/** Paths relative to the folder, with `/`, sorted. Hidden folders and node_modules are left out. */
async function markdownFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new ImportError(`${folder} cannot be read: is it a folder?`);
  });
  return entries
    .filter((entry) => entry.isFile() && /\.(md|markdown)$/i.test(entry.name))
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter((path) => !path.split('/').some((part) => part.startsWith('.') || part === 'node_modules'))
    .sort();
}

/** Reads the files, in portions that fit into one request. */
async function* batches(folder, files, refuse) {
  let batch = [];
  let bytes = 0;
  for (const path of files) {
    const note = await readNote(folder, path).catch((error) => {
      if (!(error instanceof UnreadableFileError) && error.code === undefined) throw error;
      refuse(path, error.message);
      return null;
    });
    if (note === null) continue;
    const size = Buffer.byteLength(JSON.stringify(note));
    if (batch.length === BATCH_COUNT || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ path, note });
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function readNote(folder, path) {
  const note = noteOf(path, await readFile(join(folder, path)));
  const size = Buffer.byteLength(JSON.stringify(note));
  if (size <= FILE_BYTES) return note;
  throw new UnreadableFileError(
    `is too large: ${Math.ceil(size / 1000)} kB; a note takes ${FILE_BYTES / 1000} kB`,
  );
}

/** Tags are a set: their order says nothing. */
function isSame(one, other) {
  const comparable = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
  return comparable(one) === comparable(other);
}

/** Sends what differs from the notes that are there. `version` says what was seen, so that nothing newer is overwritten. */
async function send(api, batch, { counts, refuse }) {
  const existing = await api.existing(batch.map(({ note }) => note.id));
  const changes = [];
  for (const { path, note } of batch) {
    const before = existing.get(note.id);
    const fields = FIELDS.filter((field) => !before || !isSame(before[field], note[field]));
    const values = Object.fromEntries(fields.map((field) => [field, note[field]]));
    if (before === undefined) changes.push({ path, kind: 'created', change: { id: note.id, ...values } });
    else if (fields.length === 0) counts.unchanged++;
    else changes.push({ path, kind: 'changed', change: { id: note.id, version: before.version, ...values } });
  }
  if (changes.length === 0) return;
  const results = await api.upsert(changes.map(({ change }) => change));
  for (const [at, { path, kind }] of changes.entries()) {
    const { outcome, error } = results[at];
    if (outcome === 'APPLIED' || outcome === 'MERGED') counts[kind]++;
    else
      refuse(
        path,
        error?.message ?? 'somebody else changed the note at the same moment; run the import again',
      );
  }
}

async function progressBar(total) {
  const { default: progress } = await import('cli-progress').catch(() => {
    throw new ImportError('The packages are not installed: run "npm start" first.');
  });
  const format =
    ' {bar} {value}/{total} files | {created} created, {changed} changed, {unchanged} unchanged | {eta_formatted}';
  const bar = new progress.SingleBar({ format, hideCursor: true }, progress.Presets.shades_classic);
  bar.start(total, 0, { created: 0, changed: 0, unchanged: 0 });
  return bar;
}

await main().catch((error) => {
  process.stderr.write(`${error instanceof ImportError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
