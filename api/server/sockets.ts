import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { SyncError } from '../sync/errors.ts';
import { isHostAllowed, isOriginAllowed, type OriginRules } from './origin.ts';
import { protocolOptions, type Extra, type ProtocolOptions } from './socket-protocol.ts';
import { CLOSE, SocketRegistry } from './socket-registry.ts';

export interface SocketOptions extends ProtocolOptions {
  readonly server: Server;
  readonly path: string;
  readonly origin: OriginRules;
  readonly accessCheckMs: number;
  readonly logger: Logger;
}

export interface Sockets {
  readonly registry: SocketRegistry;
  /** Tells every client to come back later (1001), spread over `spreadMs`, and takes no new ones. */
  close(spreadMs: number): Promise<void>;
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;

/** More than any subscription document and token need. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const PING_MS = 12_000;

/** GraphQL subscriptions over WebSocket (graphql-transport-ws), for admitted viewers, and nothing but subscriptions. */
export function serveSockets(options: SocketOptions): Sockets {
  const registry = new SocketRegistry({
    viewer: options.gate.viewer,
    socketsPerUser: options.limits.socketsPerUser,
    accessCheckMs: options.accessCheckMs,
    logger: options.logger,
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const protocol = makeServer<Record<string, unknown>, Extra>(protocolOptions(options, registry));
  sockets.on('connection', (socket, request) => attach({ socket, request }, protocol, options.logger));
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refusal = refuseUpgrade(request, options);
    if (refusal !== null) return void stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  };
  options.server.on('upgrade', upgrade);
  return {
    registry,
    close: async (spreadMs) => {
      options.server.removeListener('upgrade', upgrade);
      await closeAll([...sockets.clients], spreadMs);
      registry.close();
      sockets.close();
    },
  };
}

function refuseUpgrade(request: IncomingMessage, { path, origin }: SocketOptions): string | null {
  if ((request.url ?? '').split('?')[0] !== path) return '404 Not Found';
  return isHostAllowed(request, origin) && isOriginAllowed(request, origin) ? null : '403 Forbidden';
}

/** Joins one socket to the protocol, and notices when its other end is gone without a word. */
function attach({ socket, request }: Extra, protocol: Protocol, logger: Logger): void {
  let answered = true;
  const pings = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_MS);
  socket.on('pong', () => (answered = true));
  // A message beyond the limit or a broken frame: ws closes with 1009 or 1002 by itself.
  socket.on('error', (error) => logger.debug({ err: error }, 'socket error'));
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(data, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        socket.on('message', (data) => {
          receive(String(data)).catch((error: unknown) => closeFor(socket, error, logger));
        });
      },
    },
    { socket, request },
  );
  socket.once('close', (code, reason) => {
    clearInterval(pings);
    void closed(code, String(reason));
  });
}

function closeFor(socket: WebSocket, error: unknown, logger: Logger): void {
  if (error instanceof SyncError) {
    const code = error.code === 'UNAUTHENTICATED' ? CLOSE.unauthorized : CLOSE.tryLater;
    return socket.close(code, error.message.slice(0, 100));
  }
  logger.error({ err: error }, 'a socket failed');
  socket.close(CLOSE.internal, 'Internal error');
}

async function closeAll(clients: readonly WebSocket[], spreadMs: number): Promise<void> {
  const pause = spreadMs / Math.max(1, clients.length);
  const ends = clients.map(async (socket, at) => {
    const ended = new Promise((resolve) => socket.once('close', resolve));
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, at * pause));
    socket.close(CLOSE.goingAway, 'The server is stopping');
    // A client that does not answer the close must not hold the stop up.
    const limit = setTimeout(() => socket.terminate(), 1_000);
    await ended;
    clearTimeout(limit);
  });
  await Promise.all(ends);
}
