/** Gives the app's current bearer token; null when nobody is signed in. May reject when it cannot be had just now. */
export type GetToken = () => string | null | undefined | Promise<string | null | undefined>;

/** One token for the transport and the socket, held in memory only. */
export interface TokenSource {
  /** The token asked for last; asks the app the first time. Null: requests rely on the session cookie. Rejects as `getToken` does. */
  current(): Promise<string | null>;
  /**
   * Asks the app again; requests at the same time share one answer. False when there is no token to be had; true also
   * when asking failed, because then nothing is known yet and the next request will say so.
   */
  refresh(): Promise<boolean>;
}

/** Without `getToken` there is only the cookie: `current` is null and `refresh` false. */
export function createTokenSource(getToken?: GetToken): TokenSource {
  let asked: Promise<string | null> | null = null;
  let refreshing: Promise<boolean> | null = null;

  const ask = (): Promise<string | null> => {
    const answer = Promise.resolve()
      .then(() => getToken?.())
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
