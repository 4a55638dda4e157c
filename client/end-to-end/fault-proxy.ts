import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request to the API. The API hears it unless something else is said. */
export type Fault =
  /** The API does not hear it; somebody in front of it answers. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** A complete answer of 200 whose body ends half way. */
  | { readonly kind: 'truncated' }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'cut' }
  /** 200, and the login page of a café. */
  | { readonly kind: 'wrongType' }
  /** The connection is accepted, and never says a word. */
  | { readonly kind: 'silent'; readonly reachesApi: boolean }
  /** The API gets it twice at the same time; the answer to the first is passed on. */
  | { readonly kind: 'doubled' };

export interface SeenRequest {
  readonly operation: string;
  readonly bytes: number;
  readonly fault: Fault['kind'] | null;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** A loopback proxy for HTTP that can be told what to do to each request for `/graphql`. It carries no sockets. */
export class FaultProxy implements AsyncDisposable {
  /** Decides each request. Default: none has a fault. */
  fault: (request: Omit<SeenRequest, 'fault'>) => Fault | null = () => null;
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;

  private constructor(private readonly target: string) {
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
  }

  /** @param target Address of the API, without a path. */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const fault = this.#judge(request, body);
    if (fault?.kind === 'answered') return answerInstead(response, fault);
    if (fault?.kind === 'silent' && !fault.reachesApi) return;
    const sendings = fault?.kind === 'doubled' ? [1, 2] : [1];
    const answers = await Promise.all(sendings.map(() => this.#ask(request, body)));
    for (const answer of answers.slice(0, 1)) passOn(response, answer, fault);
  }

  #judge({ method, url }: IncomingMessage, body: Buffer): Fault | null {
    if (method !== 'POST' || url !== '/graphql') return null;
    const { operationName } = JSON.parse(body.toString()) as { operationName: string };
    const request = { operation: operationName, bytes: body.length };
    const fault = this.fault(request);
    this.seen.push({ ...request, fault: fault?.kind ?? null });
    return fault;
  }

  async #ask({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const names = ['authorization', 'content-type', 'accept', 'cookie'];
    const passed = names.flatMap((name) =>
      headers[name] === undefined ? [] : [[name, String(headers[name])]],
    );
    const response = await fetch(`${this.target}${url}`, {
      method,
      headers: Object.fromEntries(passed) as Record<string, string>,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    const type = response.headers.get('content-type') ?? 'text/plain';
    return { status: response.status, type, body: Buffer.from(await response.arrayBuffer()) };
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answerInstead(
  response: ServerResponse,
  {
    status,
    headers = { 'content-type': 'text/html' },
    body = '<p>Sorry',
  }: Extract<Fault, { kind: 'answered' }>,
): void {
  response.writeHead(status, headers).end(body);
}

function passOn(response: ServerResponse, { status, type, body }: Answer, fault: Fault | null): void {
  const half = body.subarray(0, body.length / 2);
  switch (fault?.kind) {
    case 'silent':
      return;
    case 'truncated':
      return void response.writeHead(200, { 'content-type': type }).end(half);
    case 'wrongType':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Welcome to our café');
    case 'cut':
      response.writeHead(status, { 'content-type': type, 'content-length': body.length });
      return void response.write(half, () => response.destroy());
    case undefined:
    case 'answered':
    case 'doubled':
      return void response.writeHead(status, { 'content-type': type }).end(body);
  }
}
