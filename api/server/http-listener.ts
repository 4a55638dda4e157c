import { createServer, type RequestListener, type Server } from 'node:http';
import type { Config } from '../config.ts';

/** The port is somebody else's. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(readonly port: number) {
    super(
      `Port ${port} is already in use. Stop what listens there, or set PORT to another one (PORT=0 takes a free one).`,
    );
  }
}

/** How often connections are checked against their deadlines. */
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;

/** An HTTP server that gives up on callers who do not get to the point. Not listening yet. */
export function createHttpServer(config: Config, handler: RequestListener): Server {
  const { requestTimeoutMs, connectionCount } = config.limits;
  const server = createServer(
    {
      headersTimeout: Math.min(10_000, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    handler,
  );
  server.maxConnections = connectionCount;
  return server;
}

/** @returns the port. @throws PortTakenError */
export async function listen(server: Server, { host, port }: Pick<Config, 'host' | 'port'>): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port) : error);
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Finds out before anything slow is begun. @throws PortTakenError */
export async function assertPortFree(address: Pick<Config, 'host' | 'port'>): Promise<void> {
  if (address.port === 0) return;
  const probe = createServer();
  await listen(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}

/** Takes no new connections, lets requests under way end, and cuts what is left after `limitMs`. */
export async function drain(server: Server, limitMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  // A keep-alive connection becomes idle when its answer is out; close() alone would wait for its timeout.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(limit);
}
