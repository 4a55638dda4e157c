import type { Verdict } from './errors.ts';

/** How one run of a lane ended, as the conductor needs to know it. */
export type WorkResult =
  /** Everything there was to do is done, or `more` is waiting. */
  | {
      readonly kind: 'done';
      readonly more: boolean;
      readonly needsPull?: boolean;
      /** Other scopes may have moved, too: what an operation writes is its author's. */
      readonly needsHeads?: boolean;
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

export function lowerEpoch(): WorkResult {
  return retryWith('LOWER_EPOCH', 'The server answered from before a restore', { isReachable: true });
}

/** What every lane does alike about an answer that is none. */
export function commonFailure(verdict: Exclude<Verdict, { class: 'answered' }>): WorkResult {
  switch (verdict.class) {
    case 'unknown':
      return retryWith('UNREACHABLE', verdict.message, { isReachable: verdict.isReachable });
    case 'wait':
      return retryWith('BUSY', 'The server asks to wait', {
        isReachable: true,
        ...(verdict.retryAfterMs === null ? {} : { atLeastMs: verdict.retryAfterMs }),
      });
    case 'signedOut':
      return { kind: 'signedOut', code: verdict.code };
    case 'upgradeNeeded':
      return { kind: 'upgradeNeeded', message: verdict.message };
    default:
      return retryWith('SERVER', `The server refused the question (${verdict.class})`, { isReachable: true });
  }
}
