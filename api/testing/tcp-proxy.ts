import { createConnection, createServer, type Server, type Socket } from 'node:net';

export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default: a free one. */
  readonly port?: number;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  /** Bytes of answers not passed on yet. */
  readonly kept: Buffer[];
}

/**
 * A loopback connection that can go bad: it stands between a client and the server and holds back, delays or cuts what
 * the server answers, so that a test can place a fault between a commit and its answer.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #holding = false;
  #refusing = false;
  #delayMs = 0;
  #heldBytes = 0;
  #port = 0;

  private constructor(private readonly targetPort: number) {
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

  /** From now on requests go through and answers do not. */
  hold(): void {
    this.#holding = true;
    this.#heldBytes = 0;
  }

  /** Lets what was held go on, in order. */
  release(): void {
    this.#holding = false;
    for (const pair of this.#pairs) {
      for (const part of pair.kept.splice(0)) pair.client.write(part);
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
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #connect(client: Socket): void {
    if (this.#refusing) return void client.resetAndDestroy();
    const target = createConnection({ port: this.targetPort, host: '127.0.0.1' });
    const pair: Pair = { client, target, kept: [] };
    this.#pairs.add(pair);
    client.on('data', (part) => void target.write(part));
    target.on('data', (part) => this.#answer(pair, part));
    // An end after held bytes would tell the client more than a held answer does.
    target.on('end', () => this.#holding || client.end());
    client.on('end', () => target.end());
    for (const socket of [client, target]) socket.on('error', () => this.#end(pair));
    client.on('close', () => this.#end(pair));
    target.on('close', () => this.#holding || pair.kept.length > 0 || this.#pairs.delete(pair));
  }

  #answer(pair: Pair, part: Buffer): void {
    if (this.#holding || pair.kept.length > 0) {
      this.#heldBytes += part.length;
      pair.kept.push(part);
    } else if (this.#delayMs > 0) {
      setTimeout(() => pair.client.write(part), this.#delayMs);
    } else {
      pair.client.write(part);
    }
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    if (!pair.client.destroyed) pair.client.resetAndDestroy();
    pair.target.destroy();
  }
}
