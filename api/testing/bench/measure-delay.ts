import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { pushBody } from './compare-pushes.ts';
import type { Numbers } from './compare-pushes.ts';
import { LIVE_SCOPE } from './world.ts';
import type { World } from './world.ts';

/** How long a change of one device takes until another one holds it, over loopback. */
export interface Delay {
  readonly row: 'S4';
  readonly changes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SENDER = 0;
const RECEIVER = 1;

/** One change after the other: push, poke over WebSocket, pull; the time ends when the pull's answer is there. */
export async function measureDelay(world: World, changes: number, numbers: Numbers): Promise<Delay> {
  const pokes = new EventEmitter();
  const end = listen(world, pokes);
  // Until the server has heard of the subscription, nobody is told.
  for (let isHeard = false; !isHeard;) {
    const poked = once(pokes, 'poke').then(() => true);
    await push(world, numbers);
    isHeard = await Promise.race([poked, pause(100, false)]);
  }
  const times: number[] = [];
  let { cursor } = await pull(world, null);
  for (let change = 0; change < changes; change += 1) {
    const begun = performance.now();
    const pushed = push(world, numbers);
    cursor = await nextChange(world, pokes, cursor);
    times.push(performance.now() - begun);
    await pushed;
  }
  await end();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { row: 'S4', changes, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function push(world: World, numbers: Numbers): Promise<void> {
  const body = pushBody(world, { scope: LIVE_SCOPE, device: SENDER, size: 1 }, numbers);
  await world.http.post(world.users[SENDER]?.token ?? '', body);
}

/** Pulls at each poke until something new is there; answers the cursor behind it. */
async function nextChange(world: World, pokes: EventEmitter, cursor: string): Promise<string> {
  for (;;) {
    await once(pokes, 'poke');
    const page = await pull(world, cursor);
    if (page.records.length > 0) return page.cursor;
  }
}

/** Emits `poke` for each, until the returned function is called. */
function listen({ server, users, documents }: World, pokes: EventEmitter): () => Promise<void> {
  const client = createClient({
    url: `${server.url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: users[RECEIVER]?.token },
  });
  client.subscribe(
    {
      operationName: documents.pokes.name,
      query: documents.pokes.text,
      variables: { scopes: [LIVE_SCOPE] },
    },
    {
      next: () => pokes.emit('poke'),
      error: (error) => pokes.emit('error', error),
      complete: () => undefined,
    },
  );
  return async () => client.dispose();
}

interface Page {
  readonly records: readonly unknown[];
  readonly cursor: string;
}

async function pull({ http, users, documents }: World, noteSince: string | null): Promise<Page> {
  const { name, text } = documents.pull;
  const variables = { scope: LIVE_SCOPE, limit: 1_000, device: 'receiver', noteSince };
  const body = Buffer.from(JSON.stringify({ operationName: name, query: text, variables }));
  const answer = await http.post(users[RECEIVER]?.token ?? '', body);
  const { data } = JSON.parse(answer.toString()) as { data: { Note: Page } | null };
  if (data === null) throw new Error(answer.toString().slice(0, 500));
  return data.Note;
}
