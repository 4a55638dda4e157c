import { createConnection, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default: a free one. */
  readonly port?: number;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  /** Gets the same requests; nobody hears what it answers. */
  readonly double: Socket | null;
  /** Bytes of answers not passed on yet. */
  readonly kept: Buffer[];
  /** Parts of answers that arrive later, in order. */
  readonly late: Buffer[];
  /** The last word was the client's: somebody waits for an answer. */
  isAwaiting: boolean;
  /** It has become a WebSocket, where nobody has to answer. */
  isSocket: boolean;
}

const UPGRADE = /^GET [^\r\n]*\r\n[^]*upgrade: *websocket/i;

/**
 * A loopback connection that can go bad: it stands between a client and the server and holds back, delays, truncates or cuts what
 * the server answers, or asks it twice, so that a test can place a fault between a commit and its answer.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #holding = false;
  #refusing = false;
  #doubling = false;
  #truncateAt: number | null = null;
  #delayMs = 0;
  #heldBytes = 0;
  #port = 0;
  #targets: readonly number[];
  #next = 0;
  /** Answers that were cut short, and connections whose requests went out twice. */
  readonly met = { truncated: 0, doubled: 0 };

  private constructor(targetPort: number) {
    this.#targets = [targetPort];
    this.#server = createServer((client) => this.#connect(client));
  }

  static async start({ targetPort, port = 0 }: TcpProxyOptions): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(port, '127.0.0.1', resolve);
    });
    const address = proxy.#server.address();
    proxy.#port = typeof address === 'object' && address !== null ? address.port : port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Bytes of answers held back since `hold()`: above 0 means that the server has answered. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Requests that went through and have no answer yet. */
  get awaiting(): number {
    return [...this.#pairs].filter(({ isAwaiting, isSocket }) => isAwaiting && !isSocket).length;
  }

  /** New connections go to these ports in turn; those that are open stay where they are. */
  route(targetPorts: readonly number[]): void {
    this.#targets = targetPorts;
  }

  /** The next answer ends after so many bytes, and its connection with it. */
  truncate(bytes: number): void {
    this.#truncateAt = bytes;
  }

  /** What is sent over new connections arrives twice, at the same time; only one of them is answered. */
  double(): void {
    this.#doubling = true;
  }

  /** From now on requests go through and answers do not. */
  hold(): void {
    this.#holding = true;
    this.#heldBytes = 0;
  }

  /** Lets what was held go on, in order. */
  release(): void {
    this.#holding = false;
    for (const pair of this.#pairs) {
      for (const part of pair.kept.splice(0)) this.#passOn(pair, part);
    }
  }

  /** Every part of an answer arrives this much later. 0 ends that. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Breaks every connection at once; what was held is lost. New connections are fine. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#end(pair);
  }

  /** Breaks every connection and lets no new one through, until `restore()`. */
  block(): void {
    this.#refusing = true;
    this.cut();
  }

  restore(): void {
    this.#refusing = false;
    this.#holding = false;
    this.#doubling = false;
    this.#truncateAt = null;
    this.#delayMs = 0;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #connect(client: Socket): void {
    if (this.#refusing) return void client.resetAndDestroy();
    const port = this.#targets[this.#next++ % this.#targets.length] ?? 0;
    const target = createConnection({ port, host: '127.0.0.1' });
    const double = this.#doubling ? createConnection({ port, host: '127.0.0.1' }) : null;
    const pair: Pair = { client, target, double, kept: [], late: [], isAwaiting: false, isSocket: false };
    this.#pairs.add(pair);
    client.on('data', (part) => this.#ask(pair, part));
    target.on('data', (part) => this.#answer(pair, part));
    // An end after held bytes would tell the client more than a held answer does.
    target.on('end', () => this.#holding || client.end());
    client.on('end', () => void (target.end(), double?.end()));
    for (const socket of [client, target]) socket.on('error', () => this.#end(pair));
    double?.on('error', () => double.destroy()).resume();
    client.on('close', () => this.#end(pair));
    target.on('close', () => this.#holding || pair.kept.length > 0 || this.#pairs.delete(pair));
  }

  #ask(pair: Pair, part: Buffer): void {
    pair.isSocket ||= UPGRADE.test(part.toString('latin1', 0, 2_000));
    pair.isAwaiting = true;
    pair.target.write(part);
    if (pair.double === null || pair.isSocket) return;
    pair.double.write(part);
    this.met.doubled += 1;
  }

  #answer(pair: Pair, part: Buffer): void {
    if (this.#holding || pair.kept.length > 0) {
      this.#heldBytes += part.length;
      pair.kept.push(part);
    } else if (this.#truncateAt !== null) {
      const some = part.subarray(0, this.#truncateAt);
      this.#truncateAt = null;
      this.met.truncated += 1;
      pair.client.write(some, () => this.#end(pair));
    } else if (this.#delayMs > 0 || pair.late.length > 0) {
      pair.late.push(part);
      // Whichever timer rings first passes on what is oldest: nothing overtakes.
      setTimeout(() => this.#passOn(pair, pair.late.shift()), this.#delayMs);
    } else {
      this.#passOn(pair, part);
    }
  }

  #passOn(pair: Pair, part: Buffer | undefined): void {
    if (part === undefined || pair.client.destroyed) return;
    pair.isAwaiting = false;
    pair.client.write(part);
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    if (!pair.client.destroyed) pair.client.resetAndDestroy();
    pair.target.destroy();
    pair.double?.destroy();
  }
}
