import type { IncomingMessage } from 'node:http';
import { createRemoteJWKSet, importSPKI, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { ConfigError, type TokenRules, type VerificationKey } from '../config.ts';
import { SyncError } from '../sync/errors.ts';

/** Who a token speaks for, and until when. */
export interface Identity {
  readonly userId: string;
  readonly expiresAtMs: number;
}

/** @throws SyncError `UNAUTHENTICATED` for every token that is not wholly right; the message does not say which part is wrong. */
export type VerifyToken = (token: string) => Promise<Identity>;

/** The cookie that carries a session's token; never readable by scripts. */
export const SESSION_COOKIE = 'holdfast_session';

const CLOCK_TOLERANCE_S = 5;
const MAX_TOKEN_LENGTH = 8_192;

/**
 * Algorithm, issuer and audience come from the rules and never from the token; `exp` and `sub` are required.
 * @throws ConfigError when the configured public key cannot be read.
 */
export async function createTokenVerifier(rules: TokenRules): Promise<VerifyToken> {
  const key = await resolveKey(rules.key);
  const options = {
    algorithms: [rules.key.kind === 'secret' ? 'HS256' : rules.key.algorithm],
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp', 'sub'],
    clockTolerance: CLOCK_TOLERANCE_S,
  };
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) throw unauthenticated('This token is not valid.');
    try {
      const { payload } = await jwtVerify(token, key, options);
      if (!payload.sub || payload.exp === undefined) throw new Error('no subject');
      return { userId: payload.sub, expiresAtMs: payload.exp * 1000 };
    } catch {
      throw unauthenticated('This token is not valid, or not valid any more: sign in again.');
    }
  };
}

async function resolveKey(key: VerificationKey): Promise<JWTVerifyGetKey> {
  switch (key.kind) {
    case 'secret': {
      const bytes = new TextEncoder().encode(key.secret);
      return () => bytes;
    }
    case 'publicKey': {
      const imported = await importSPKI(key.pem, key.algorithm).catch((cause: unknown) => {
        const message = `HOLDFAST_JWT_PUBLIC_KEY is not a public key in PEM form for ${key.algorithm}.`;
        throw new ConfigError(message, { cause });
      });
      return () => imported;
    }
    case 'jwks':
      return createRemoteJWKSet(new URL(key.url));
  }
}

/**
 * The token of a request: `Authorization: Bearer …`, else the session cookie.
 * @throws SyncError `UNAUTHENTICATED` when there is none, or the header is empty, doubled or of another kind.
 */
export function tokenOf(request: IncomingMessage): string {
  const headers = request.rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name));
  if (headers.length > 1) throw unauthenticated('There are two Authorization headers.');
  const header = request.headers.authorization;
  if (header !== undefined) {
    const token = /^Bearer ([\w~+/.-]+=*)$/i.exec(header)?.[1];
    if (token === undefined) throw unauthenticated('Authorization must be "Bearer <token>".');
    return token;
  }
  const cookie = sessionCookie(request);
  if (cookie === null) throw unauthenticated('Sign in first: there is no bearer token and no session.');
  return cookie;
}

/** The value of the session cookie; null when there is none. */
export function sessionCookie(request: IncomingMessage): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return null;
}

export function unauthenticated(message: string): SyncError {
  return new SyncError('UNAUTHENTICATED', 'NEVER', message);
}
