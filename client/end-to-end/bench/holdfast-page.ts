/** What the measures do in the browser with the real client. Every function works on the client that `open` opened. */
import { parse } from 'graphql';
import { manifest } from '../../generated/manifest.ts';
import { createOfflineClient, type Holdfast, type ListQuery } from '../../index.ts';
import { SCOPE, USER } from './note.ts';

const NEWEST = parse(`query Newest($limit: Int, $offset: Int, $filter: NoteFilter) {
  notes(limit: $limit, offset: $offset, filter: $filter) {
    id scope version title content tags pinned notebookId updatedAt syncState @client
  }
}`);
const UPSERT = parse(`mutation Edit($changes: [NoteUpsert!]!) {
  upsertNotes(changes: $changes) { results { id outcome } }
}`);

interface Row {
  readonly id: string;
  readonly title: string;
}

interface Newest {
  readonly notes: readonly Row[];
}

let holdfast: Holdfast | undefined;
let rows: readonly Row[] = [];
let onRows: (rows: readonly Row[]) => void = () => undefined;

function client(): Holdfast {
  if (holdfast === undefined) throw new Error('open first');
  return holdfast;
}

const now = (): number => performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens the client and watches the 50 newest. Times since the navigation began. */
async function open(app: string) {
  holdfast = await createOfflineClient({ app, uri: '/graphql', manifest, user: { id: USER } });
  const openedAt = now();
  const first = new Promise<number>((resolve) => {
    client()
      .client.watchQuery<Newest>({ query: NEWEST, variables: { limit: 50 } })
      .subscribe(({ data, loading }) => {
        if (loading || data === undefined) return;
        rows = (data as Newest).notes;
        if (rows.length > 0) resolve(now());
        onRows(rows);
      });
  });
  // What was on the last screen is answered earlier than this.
  const all = client()
    .sync.ready()
    .then(() => now());
  return { openedAt, firstListAt: await first, allReadyAt: await all };
}

/** How long the first sync took, until all of it was durable. */
async function sync(app: string): Promise<number> {
  const startedAt = now();
  await open(app);
  const { sync: engine } = client();
  while (!engine.status().scopes.every((scope) => scope.synced)) await pause(1);
  return now() - startedAt;
}

function edit(id: string, title: string): Promise<unknown> {
  return client().client.mutate({ mutation: UPSERT, variables: { changes: [{ id, title }] } });
}

/** Edits of rows on the screen, one after another: when each was shown, and when it was on the disk. */
async function edits(count: number): Promise<{ shown: number[]; durable: number[] }> {
  const shown: number[] = [];
  const durable: number[] = [];
  for (let index = 0; index < count; index++) {
    await pause(20);
    const id = rows[(index * 7) % rows.length]?.id ?? '';
    const title = `Edit ${index} ${now()}`;
    const startedAt = now();
    const isShown = new Promise<void>((resolve) => {
      onRows = (list) => {
        if (!list.some((row) => row.title === title)) return;
        shown.push(now() - startedAt);
        resolve();
      };
    });
    await edit(id, title);
    durable.push(now() - startedAt);
    await isShown;
  }
  onRows = () => undefined;
  return { shown, durable };
}

/** An edit after which the page goes away in the same breath. */
function editAndLeave(title: string): void {
  void edit(rows[3]?.id ?? '', title);
  location.replace('about:blank');
}

function editOnly(title: string): void {
  void edit(rows[3]?.id ?? '', title);
}

function isPending(title: string): boolean {
  const { sync: engine } = client();
  return engine.pending().some((change) => change.values['title'] === title);
}

const ids = (count: number): readonly string[] => {
  const answer = client().sync.list({ type: 'Note', limit: count });
  return answer.status === 'ready' ? answer.value.map((ref) => ref.id) : [];
};

/** Edits of as many notes, handed over at once (`together`) or each after the last one's answer; until all are durable. */
async function write(count: number, isTogether: boolean, word: string): Promise<number> {
  const wanted = ids(count);
  const startedAt = now();
  if (isTogether) await Promise.all(wanted.map((id) => edit(id, `${word} ${id}`)));
  else for (const id of wanted) await edit(id, `${word} ${id}`);
  return now() - startedAt;
}

/** Until nothing waits to be sent any more. */
async function drain(): Promise<number> {
  const startedAt = now();
  await client().sync.catchUp();
  const { sync: engine } = client();
  while (engine.status().pending > 0) await pause(1);
  return now() - startedAt;
}

/** Lists and filters from the engine; and a page through Apollo's cache, read again after an edit of one of its rows. */
async function lists(
  words: readonly string[],
): Promise<{ engine: number[]; apollo: number[]; filter: number[] }> {
  const times = { engine: [] as number[], apollo: [] as number[], filter: [] as number[] };
  const timed = (kind: keyof typeof times, work: () => unknown): void => {
    const startedAt = now();
    if (work() === null) throw new Error('no answer');
    times[kind].push(now() - startedAt);
  };
  const { sync: engine, client: apollo } = client();
  const list = (filter: ListQuery['filter'], offset: number): unknown => {
    const answer = engine.list({ type: 'Note', limit: 50, offset, filter });
    return answer.status === 'ready' ? answer.value.map((ref) => engine.read(ref)) : null;
  };
  const read = (): unknown => apollo.readQuery({ query: NEWEST, variables: { limit: 50, offset: 1 } });
  for (const [index, word] of words.entries()) {
    timed('engine', () => list(undefined, index));
    timed('filter', () => list({ content: { contains: word } }, 0));
    read();
    await edit(rows[index]?.id ?? '', `Read ${now()}`);
    timed('apollo', read);
  }
  return times;
}

/** The longest time in which the page could not have drawn, while `work` went on. */
function watchFrames(): () => number {
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
  });
  observer.observe({ type: 'longtask', buffered: true });
  return () => {
    for (const entry of observer.takeRecords()) longest = Math.max(longest, entry.duration);
    return longest;
  };
}

/** Characters of JSON handed to IndexedDB since `countBytes`. */
let counted = (): number => 0;

function countBytes(): void {
  let bytes = 0;
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    bytes += JSON.stringify(value).length;
    return key === undefined ? put.call(this, value) : put.call(this, value, key);
  };
  counted = () => bytes;
}

const wanted = new URLSearchParams(location.search).get('cold');
/** Of a page that was opened to be measured from its very beginning. */
const coldTimes = wanted === null ? undefined : open(wanted);

export const holdfastPage = {
  coldTimes,
  open,
  sync,
  edits,
  editAndLeave,
  editOnly,
  isPending,
  write,
  drain,
  lists,
  longestTask: watchFrames(),
  countBytes,
  counted: () => counted(),
  close: () => client().close(),
  scope: SCOPE,
};

window.holdfastPage = holdfastPage;

declare global {
  interface Window {
    holdfastPage?: typeof holdfastPage;
  }
}
