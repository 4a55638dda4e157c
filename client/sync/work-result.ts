/** How one run of a lane ended, as the conductor needs to know it. */
export type WorkResult =
  /** Everything there was to do is done, or `more` is waiting. */
  | {
      readonly kind: 'done';
      readonly more: boolean;
      readonly needsPull?: boolean;
      readonly isNewEpoch?: boolean;
    }
  /** Again after a pause. */
  | {
      readonly kind: 'retry';
      /** Someone answered. False: nobody did. Undefined: nothing was asked. */
      readonly isReachable?: boolean;
      readonly atLeastMs?: number;
      readonly needsPull?: boolean;
      readonly needsHeads?: boolean;
      readonly error: { readonly code: string; readonly message: string };
    }
  | { readonly kind: 'signedOut'; readonly code: string }
  | { readonly kind: 'upgradeNeeded'; readonly message: string };

export function unreadable(): WorkResult {
  return retryWith('UNREADABLE', 'The answer was not what was asked for', { isReachable: true });
}

export function retryWith(
  code: string,
  message: string,
  more: Omit<Extract<WorkResult, { kind: 'retry' }>, 'kind' | 'error'> = {},
): WorkResult {
  return { kind: 'retry', error: { code, message }, ...more };
}
