import type { Clock, Transport, TransportAnswer, TransportRequest } from '../sync/ports.ts';
import { retryAfterMs } from './retry-after.ts';
import type { TokenSource } from './token-source.ts';

/** Browsers allow 64 kB of bodies that outlive their page; some is left for others. */
const KEEPALIVE_MAX_BYTES = 60_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const JSON_TYPES = ['application/graphql-response+json', 'application/json'];

type Body = Extract<TransportAnswer, { kind: 'answered' }>['body'];

export interface HttpTransportOptions {
  /** The GraphQL endpoint, absolute or relative to the page. */
  readonly uri: string;
  /** The version constant of the manifest. */
  readonly protocol: number;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  /** How long an answer may take, its body included. Default 30,000. */
  readonly timeoutMs?: number;
}

/** Sends sync documents by fetch. Each request is sent once, and every way to fail becomes an answer: it never rejects. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  return {
    async send(request) {
      try {
        const token = await options.tokens.current();
        const response = await fetch(options.uri, requestInit(options, request, token));
        return {
          kind: 'answered',
          status: response.status,
          retryAfterMs: retryAfterMs(response.headers, options.clock.now()),
          body: await readBody(response),
        };
      } catch (error) {
        return { kind: 'unreachable', message: error instanceof Error ? error.message : String(error) };
      }
    },
    refreshToken: () => options.tokens.refresh(),
  };
}

function requestInit(
  options: HttpTransportOptions,
  request: TransportRequest,
  token: string | null,
): RequestInit {
  const body = JSON.stringify({
    operationName: request.document.name,
    query: request.document.text,
    variables: request.variables,
    extensions: { holdfast: { protocol: options.protocol, viewer: request.viewer, ...request.claim } },
  });
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: JSON_TYPES.join(', '),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body,
    credentials: 'include',
    cache: 'no-store',
    keepalive: request.keepalive === true && byteLength(body) <= KEEPALIVE_MAX_BYTES,
    signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Null for whatever is not a whole GraphQL response: a login page of the café, a proxy's error, a cut connection. */
async function readBody(response: Response): Promise<Body> {
  const type = response.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!JSON_TYPES.includes(type)) {
    // The rest is not wanted; an error while giving it up changes nothing.
    await response.body?.cancel().catch(() => undefined);
    return null;
  }
  try {
    const parsed: unknown = JSON.parse(await response.text());
    return isGraphqlResponse(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') throw error;
    return null;
  }
}

function isGraphqlResponse(value: unknown): value is NonNullable<Body> {
  if (typeof value !== 'object' || value === null) return false;
  if ('errors' in value && !Array.isArray(value.errors)) return false;
  return 'data' in value || 'errors' in value;
}
