import { SyncError } from './errors.ts';
import type { Access, Viewer } from './model.ts';

/** What the viewer may do in a scope; null: nothing, as for a scope that does not exist. */
export function accessTo(viewer: Viewer, scope: string): Access | null {
  return viewer.scopes.find(({ id }) => id === scope)?.access ?? null;
}

export function canRead(viewer: Viewer, scope: string): boolean {
  return accessTo(viewer, scope) !== null;
}

/**
 * The scope meant; the viewer's own when none is named.
 *
 * @throws SyncError SCOPE_FORBIDDEN when the viewer may not read it, the same whether it exists or not (R6).
 */
export function readableScope(viewer: Viewer, scope: string | undefined): string {
  const meant = scope ?? viewer.ownScope;
  if (!canRead(viewer, meant)) {
    throw new SyncError('SCOPE_FORBIDDEN', 'NEVER', 'You have no access to this scope.');
  }
  return meant;
}
