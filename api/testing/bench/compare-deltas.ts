import type { Comparison } from './measure.ts';
import { inParallel } from './in-parallel.ts';
import type { RawNote } from './raw-limit.ts';
import { sampleId, sampleNote } from './sample-notes.ts';
import { READ_SCOPE } from './world.ts';
import type { World } from './world.ts';

const STORED_COUNT = 10_000;
/** Devices that download at once: enough to keep one core of the API busy. */
const READER_COUNT = 2;

/** One page of the first download: what a device sends for it, and where it begins. */
interface PageAsked {
  readonly body: Buffer;
  readonly after: number;
}

/** Writes the notes that are read, once. */
async function storeNotes({ raw }: World): Promise<void> {
  const stored = await raw.sql('SELECT FROM holdfast.counter WHERE scope = $1', [READ_SCOPE]);
  if (stored.length > 0) return;
  for (let from = 0; from < STORED_COUNT; from += 1_000) {
    const notes = Array.from({ length: 1_000 }, (_, at): RawNote => {
      const n = from + at;
      return { id: sampleId('read', n), was: null, values: sampleNote(n) };
    });
    await raw.write(READ_SCOPE, notes);
  }
  await raw.sql('VACUUM ANALYZE note');
}

/**
 * S1: two devices download all notes, page by page, by the sync document, which asks for the other types in the same
 * snapshot. The limit is the statement of such a page, its rows as objects.
 */
export function compareDeltas(world: World, limit: number): Comparison {
  const { raw, http, users } = world;
  let pages: readonly PageAsked[] = [];
  return {
    row: 'S1',
    what: `delta, ${STORED_COUNT.toLocaleString('en')} rows, ${limit.toLocaleString('en')} a page`,
    target: 0.3,
    prepare: async () => {
      if (pages.length === 0) pages = await walk(world, limit);
      const lanes = Array.from({ length: READER_COUNT }, () => pages);
      let bytes = 0;
      return {
        limit: () => inParallel(lanes, ({ after }) => raw.readPage(READ_SCOPE, after, limit)),
        api: () =>
          inParallel(lanes, async ({ body }, lane) => {
            const answer = await http.post(users[lane]?.token ?? '', body);
            bytes += answer.length;
            return limit;
          }),
        // Each note has an id of 36 characters, so an answer that lacks some is too short.
        check: () => assertAtLeast(bytes, READER_COUNT * STORED_COUNT * 250),
      };
    },
  };
}

/** The cursors of a first download. They stay good: nothing is written in the scope any more. */
async function walk(world: World, limit: number): Promise<readonly PageAsked[]> {
  const {
    http,
    users,
    documents: { pull },
  } = world;
  await storeNotes(world);
  const pages: PageAsked[] = [];
  let noteSince: string | null = null;
  for (let after = 0; after < STORED_COUNT; after += limit) {
    const variables = { scope: READ_SCOPE, device: 'bench', limit, noteSince };
    const body = Buffer.from(JSON.stringify({ operationName: pull.name, query: pull.text, variables }));
    pages.push({ body, after });
    const text = (await http.post(users[0]?.token ?? '', body)).toString();
    const { data } = JSON.parse(text) as { data: { Note: { records: unknown[]; cursor: string } } | null };
    if (data?.Note.records.length !== limit)
      throw new Error(`No page of ${limit} rows: ${text.slice(0, 500)}`);
    noteSince = data.Note.cursor;
  }
  return pages;
}

function assertAtLeast(bytes: number, least: number): void {
  if (bytes < least) throw new Error(`The pages hold ${bytes} bytes, less than ${least}.`);
}
