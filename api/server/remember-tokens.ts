import type { Identity, VerifyToken } from './authentication.ts';

/** A key that is withdrawn counts for at most this much longer. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_COUNT = 10_000;

/**
 * Verifies a token once a minute instead of with each request: a device sends the same one all the time, and looking at
 * a signature costs as much as the rest of a small request. Never beyond the token's own end; refusals are not remembered.
 *
 * @param now milliseconds since 1970
 */
export function rememberTokens(verify: VerifyToken, now: () => number = Date.now): VerifyToken {
  const known = new Map<string, { readonly identity: Identity; readonly untilMs: number }>();
  return async (token) => {
    const remembered = known.get(token);
    if (remembered !== undefined && now() < remembered.untilMs) return remembered.identity;
    const identity = await verify(token);
    if (known.size >= REMEMBERED_COUNT) known.clear();
    known.set(token, { identity, untilMs: Math.min(now() + REMEMBERED_MS, identity.expiresAtMs) });
    return identity;
  };
}
