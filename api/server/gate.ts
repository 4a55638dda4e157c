import type { IncomingMessage } from 'node:http';
import { SyncError } from '../sync/errors.ts';
import type { Viewer } from '../sync/model.ts';
import { tokenOf, unauthenticated, type VerifyToken } from './authentication.ts';

/** Loads who a user is and what the user may do, as it stands now. Null: unknown or disabled. */
export type LoadViewer = (userId: string) => Promise<Viewer | null>;

/** A viewer whose authority ends at a known time. */
export interface Admission {
  readonly viewer: Viewer;
  readonly expiresAtMs: number;
}

/** Turns tokens into viewers; every request and every socket passes here. */
export interface Gate {
  /** @throws SyncError `UNAUTHENTICATED`, for a bad token and for a user who is unknown or disabled alike. */
  admitToken(token: string): Promise<Admission>;
  /** As `admitToken`, with the token of the request's header or cookie. */
  admitRequest(request: IncomingMessage): Promise<Admission>;
  readonly viewer: LoadViewer;
}

export function createGate(verify: VerifyToken, viewer: LoadViewer): Gate {
  const admitToken = async (token: string): Promise<Admission> => {
    const { userId, expiresAtMs } = await verify(token);
    const found = await viewer(userId);
    if (found === null) throw unauthenticated('This account does not exist or is switched off.');
    return { viewer: found, expiresAtMs };
  };
  return { admitToken, admitRequest: async (request) => admitToken(tokenOf(request)), viewer };
}

/**
 * A device says whose data it holds; an answer for somebody else must never reach it.
 * @throws SyncError `WRONG_VIEWER` when `extensions.holdfast.viewer` is there and is not the token's subject.
 */
export function assertClaimedViewer(viewer: Viewer, extensions: unknown): void {
  const holdfast = (extensions as { readonly holdfast?: { readonly viewer?: unknown } } | null | undefined)
    ?.holdfast;
  const claimed = holdfast?.viewer;
  if (claimed === undefined || claimed === null || claimed === viewer.id) return;
  throw new SyncError(
    'WRONG_VIEWER',
    'NEVER',
    'This request was made for another user than the one signed in.',
  );
}
