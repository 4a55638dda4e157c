import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manifest } from '../../generated/manifest.ts';
import { makeNote, SCOPE, USER, type WireNote } from './note.ts';

type Wire = Readonly<Record<string, unknown>>;

interface SyncRequest {
  readonly operationName: string;
  readonly variables: Wire;
}

interface Change {
  readonly id: string;
  readonly seq: number;
  readonly [field: string]: unknown;
}

const EPOCH = '01-bench';
const EMPTY_AT = { epoch: EPOCH, floor: null };

/**
 * The two sync documents over real HTTP, from memory, with every record's JSON made beforehand: what is measured is the
 * client. Knows one user, one scope, and edits that never conflict.
 */
export class BenchServer {
  /** Every answer waits this long. */
  latencyMs = 0;
  /** While down, requests are cut: to the client the network is gone. */
  isDown = false;
  /** Sync requests since the last reset, by the operation's name. */
  readonly requests = new Map<string, number>();
  private readonly server: Server;
  /** By rising version; an edited note leaves a hole and stands at the end again. */
  private rows: Row[] = [];
  private places = new Map<string, number>();
  private head = 0;
  private executed = 0;

  /** `pages`: what is served beside the API, by path. */
  private constructor(private readonly pages: ReadonlyMap<string, string>) {
    this.server = createServer((request, response) => void this.answer(request, response));
    // No pokes are measured: the socket is refused, as by a proxy that knows none.
    this.server.on('upgrade', (_request, socket) => void socket.destroy());
  }

  static async start(pages: ReadonlyMap<string, string>): Promise<BenchServer> {
    const bench = new BenchServer(pages);
    await new Promise<void>((resolve) => bench.server.listen(0, '127.0.0.1', resolve));
    return bench;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** As if nobody had ever written anything but these notes. */
  reset(count: number): void {
    this.rows = [];
    this.places = new Map();
    for (let index = 0; index < count; index++) this.put(makeNote(index));
    this.head = count;
    this.executed = 0;
    this.isDown = false;
    this.latencyMs = 0;
    this.requests.clear();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    const page = this.pages.get(path);
    if (path !== '/graphql') return servePage(response, path, page);
    if (this.isDown) return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as SyncRequest;
    this.requests.set(body.operationName, (this.requests.get(body.operationName) ?? 0) + 1);
    const text = `{"data":${this.perform(body)}}`;
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    response.setHeader('content-type', 'application/graphql-response+json');
    response.end(text);
  }

  private perform({ operationName, variables }: SyncRequest): string {
    const { documents } = manifest;
    if (operationName === documents.heads.name) return this.heads();
    if (operationName === documents.pull.name)
      return this.perType((name) => this.page(name, variables, variables));
    return this.push(variables);
  }

  private heads(): string {
    const scopes = [{ id: SCOPE, access: 'WRITE', head: this.head }];
    return JSON.stringify({ viewer: { id: USER, name: USER, scopes } });
  }

  private perType(make: (name: string) => string): string {
    return `{${Object.keys(manifest.types)
      .map((name) => `"${name}":${make(name)}`)
      .join()}}`;
  }

  /** A page from a cursor `<position>`; every record is live, so that no floor matters. */
  private page(name: string, { noteSince }: Wire, { limit }: Wire): string {
    if (name !== 'Note') return this.pageText([], this.head, false);
    const from = typeof noteSince === 'string' ? Number(noteSince) : 0;
    const texts: string[] = [];
    let place = firstAbove(this.rows, from);
    let position = this.head;
    for (; place < this.rows.length && texts.length < Number(limit); place++) {
      const row = this.rows[place];
      if (row?.text === undefined) continue;
      texts.push(row.text);
      position = row.version;
    }
    const hasMore = place < this.rows.length;
    return this.pageText(texts, hasMore ? position : this.head, hasMore);
  }

  private pageText(records: readonly string[], position: number, hasMore: boolean): string {
    const floor = hasMore ? this.head : null;
    const at = JSON.stringify({ ...EMPTY_AT, floor, position, head: this.head, executed: this.executed });
    return `{"records":[${records.join()}],"cursor":"${position}","hasMore":${hasMore},"reset":false,"at":${at}}`;
  }

  private push(variables: Wire): string {
    const changes = (variables['noteChanges'] ?? []) as readonly Change[];
    const results = changes.map((change) => this.execute(change));
    return this.perType((name) => {
      const delta =
        variables['withDelta'] === true ? `,"delta":${this.page(name, variables, variables)}` : '';
      return `{"epoch":"${EPOCH}","results":[${name === 'Note' ? results.join() : ''}]${delta}}`;
    });
  }

  private execute(change: Change): string {
    const { id, seq, editedAt } = change;
    const named = Object.keys(manifest.types['Note']?.fields ?? {}).filter((name) => name in change);
    const values = Object.fromEntries(named.map((name) => [name, change[name]]));
    const place = this.places.get(id);
    const before = place === undefined ? undefined : this.rows[place];
    const known = before?.text === undefined ? makeNote(0) : (JSON.parse(before.text) as WireNote);
    if (before !== undefined) before.text = undefined;
    this.executed = Math.max(this.executed, seq);
    const version = ++this.head;
    const text = this.put({ ...known, ...values, id, version, updatedAt: String(editedAt) });
    return `{"id":"${id}","seq":${seq},"outcome":"APPLIED","replayed":false,"record":${text},"conflicts":[],"error":null}`;
  }

  private put(note: WireNote): string {
    const text = JSON.stringify(note);
    this.places.set(note.id, this.rows.push({ version: note.version, text }) - 1);
    return text;
  }
}

interface Row {
  readonly version: number;
  /** Undefined where an edited note stood. */
  text: string | undefined;
}

function firstAbove(rows: readonly Row[], version: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.version ?? Infinity) > version) high = middle;
    else low = middle + 1;
  }
  return low;
}

function servePage(response: ServerResponse, path: string, text: string | undefined): void {
  response.statusCode = text === undefined ? 404 : 200;
  response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8');
  // As from a service worker's cache: the browser may keep the compiled code.
  response.setHeader('cache-control', path.endsWith('.js') ? 'max-age=3600' : 'no-store');
  response.end(text ?? '');
}
