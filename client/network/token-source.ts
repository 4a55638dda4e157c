import type { Clock } from '../sync/ports.ts';
import { systemClock } from './system-clock.ts';

/** A cookie that was refused is not tried again before this time, so that many refusals at once end in one more try. */
const COOKIE_TRUST_MS = 1_000;

/** Gives the app's current bearer token; null when nobody is signed in. May reject when it cannot be had just now. */
export type GetToken = () => string | null | undefined | Promise<string | null | undefined>;

/** One token for the transport and the socket, held in memory only. */
export interface TokenSource {
  /** The token asked for last; asks the app the first time. Null: requests rely on the session cookie. Rejects as `getToken` does. */
  current(): Promise<string | null>;
  /**
   * Asks the app again; requests at the same time share one answer. False when there is no token to be had. True also when
   * asking failed, and without `getToken`: a session cookie may be another one by now, and only the next request can tell.
   */
  refresh(): Promise<boolean>;
}

/** Without `getToken` there is only the session cookie, which no script sees: `current` is then null. */
export function createTokenSource(getToken?: GetToken, clock: Clock = systemClock): TokenSource {
  if (getToken === undefined) return createCookieSource(clock);
  let asked: Promise<string | null> | null = null;
  let refreshing: Promise<boolean> | null = null;

  const ask = (): Promise<string | null> => {
    const answer = Promise.resolve()
      .then(() => getToken())
      .then((token) => token ?? null);
    asked = answer;
    // A failure is not remembered: the next request asks again.
    answer.catch(() => {
      if (asked === answer) asked = null;
    });
    return answer;
  };

  return {
    current: () => asked ?? ask(),
    refresh: () => {
      refreshing ??= ask()
        .then((token) => token !== null)
        .catch(() => true)
        .finally(() => {
          refreshing = null;
        });
      return refreshing;
    },
  };
}

/** The cookie may have been renewed by a sign-in, in this tab or another one: worth one more try, now and then. */
function createCookieSource(clock: Clock): TokenSource {
  let triedAtMs = -Infinity;
  return {
    current: () => Promise.resolve(null),
    refresh: () => {
      const isWorthATry = clock.monotonic() - triedAtMs >= COOKIE_TRUST_MS;
      if (isWorthATry) triedAtMs = clock.monotonic();
      return Promise.resolve(isWorthATry);
    },
  };
}
