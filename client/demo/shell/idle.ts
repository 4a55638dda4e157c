/** However busy the page is, what is put off comes in the end. */
const AT_LAST_MS = 3_000;

/** Resolves when the page has nothing else to do. Safari has no word for it. */
export const idle = (): Promise<unknown> =>
  new Promise((resolve) =>
    window.requestIdleCallback
      ? window.requestIdleCallback(resolve, { timeout: AT_LAST_MS })
      : setTimeout(resolve),
  );
