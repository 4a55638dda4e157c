/** The same work with nothing but fetch, JSON and IndexedDB: what the browser allows. */
import { openDB, type IDBPDatabase } from 'idb';
import { manifest } from '../../generated/manifest.ts';
import type { WireNote } from './note.ts';
import { SCOPE, USER } from './note.ts';

const CHUNK = 250;
const PAGE_LIMIT = 1_000;

let opened: IDBPDatabase | undefined;

const now = (): number => performance.now();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function database(): IDBPDatabase {
  if (opened === undefined) throw new Error('open first');
  return opened;
}

async function open(name: string): Promise<void> {
  opened = await openDB(name, 1, {
    upgrade(created) {
      created.createObjectStore('chunks');
      created.createObjectStore('outbox');
      created.createObjectStore('rows', { keyPath: 'id' }).createIndex('updatedAt', 'updatedAt');
    },
  });
}

async function send(name: 'pull' | 'push', variables: object): Promise<Record<string, Answer>> {
  const document = manifest.documents[name];
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ operationName: document.name, query: document.text, variables }),
  });
  return ((await response.json()) as { data: Record<string, Answer> }).data;
}

interface Answer {
  readonly records: readonly WireNote[];
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** Fetches all pages, parses them and puts all of it in one transaction of chunks. */
async function sync(name: string): Promise<number> {
  const startedAt = now();
  await open(name);
  const chunks: string[] = [];
  let cursor: string | null = null;
  for (let hasMore = true; hasMore;) {
    const { Note: page } = await send('pull', { scope: SCOPE, limit: PAGE_LIMIT, noteSince: cursor });
    if (page === undefined) throw new Error('no page');
    for (let start = 0; start < page.records.length; start += CHUNK)
      chunks.push(JSON.stringify(page.records.slice(start, start + CHUNK)));
    ({ cursor, hasMore } = page);
  }
  const tx = database().transaction('chunks', 'readwrite', { durability: 'relaxed' });
  chunks.forEach((chunk, index) => void tx.store.put(chunk, index));
  await tx.done;
  return now() - startedAt;
}

/** Puts each note into a row of its own, which an index orders: what lists need without any code on top. */
async function fillRows(): Promise<void> {
  for (const chunk of (await database().getAll('chunks')) as string[]) {
    const tx = database().transaction('rows', 'readwrite', { durability: 'relaxed' });
    for (const note of JSON.parse(chunk) as WireNote[]) void tx.store.put(note);
    await tx.done;
  }
}

/** The 50 newest by the index: cursor and rows in one transaction. */
async function newest(): Promise<readonly WireNote[]> {
  const { store } = database().transaction('rows');
  const list: WireNote[] = [];
  let cursor = await store.index('updatedAt').openCursor(null, 'prev');
  while (cursor !== null && list.length < 50) {
    list.push(cursor.value as WireNote);
    cursor = await cursor.continue();
  }
  return list;
}

/** From the navigation's beginning to the first list, and to every note being in memory. */
async function cold(name: string): Promise<{ firstListAt: number; allReadyAt: number }> {
  await open(name);
  const first = await newest();
  const firstListAt = now();
  const chunks = (await database().getAll('chunks')) as string[];
  const notes = chunks.flatMap((chunk) => JSON.parse(chunk) as WireNote[]);
  if (first.length === 0 || notes.length === 0) throw new Error('nothing stored');
  return { firstListAt, allReadyAt: now() };
}

/** A relaxed put and the list read again; a strict put of the change. */
async function edits(count: number): Promise<{ shown: number[]; durable: number[] }> {
  const shown: number[] = [];
  const durable: number[] = [];
  const list = await newest();
  for (let index = 0; index < count; index++) {
    await pause(20);
    const note = list[(index * 7) % list.length];
    const edited = { ...note, title: `Edit ${index}`, updatedAt: new Date().toISOString() };
    let startedAt = now();
    await database().put('rows', edited);
    await newest();
    shown.push(now() - startedAt);
    await pause(5);
    startedAt = now();
    const tx = database().transaction('outbox', 'readwrite', { durability: 'strict' });
    void tx.store.put(edited, index);
    await tx.done;
    durable.push(now() - startedAt);
  }
  return { shown, durable };
}

/** One strict transaction a change. */
async function write(count: number): Promise<number> {
  const [note] = await newest();
  const startedAt = now();
  for (let index = 0; index < count; index++) {
    const tx = database().transaction('outbox', 'readwrite', { durability: 'strict' });
    void tx.store.put({ ...note, title: `Edit ${index}` }, `w${index}`);
    await tx.done;
  }
  return now() - startedAt;
}

/** Pushes of a hundred changes each, one after another; nothing is stored. */
async function drain(count: number): Promise<number> {
  const list = await newest();
  const startedAt = now();
  for (let start = 0; start < count; start += 100) {
    const noteChanges = Array.from({ length: 100 }, (_, index) => ({
      id: list[index % list.length]?.id,
      seq: start + index + 1,
      editedAt: new Date().toISOString(),
      title: `Edit ${start + index}`,
    }));
    await send('push', { scope: SCOPE, device: { id: USER }, withDelta: false, noteChanges });
  }
  return now() - startedAt;
}

async function lists(words: readonly string[]): Promise<{ list: number[]; filter: number[] }> {
  const list: number[] = [];
  const filter: number[] = [];
  for (const word of words) {
    let startedAt = now();
    await newest();
    list.push(now() - startedAt);
    startedAt = now();
    const notes = (await database().getAll('rows')) as WireNote[];
    notes.filter((note) => note.content.toLowerCase().includes(word)).slice(0, 50);
    filter.push(now() - startedAt);
  }
  return { list, filter };
}

const wanted = new URLSearchParams(location.search).get('cold');
const coldTimes = wanted === null ? undefined : cold(wanted);

export const rawPage = { coldTimes, sync, fillRows, cold, edits, write, drain, lists, open };

window.rawPage = rawPage;

declare global {
  interface Window {
    rawPage?: typeof rawPage;
  }
}
