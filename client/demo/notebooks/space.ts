/** A space is a scope as a person sees it: their own notes, or a team's. */
export interface Space {
  readonly scope: string;
  readonly name: string;
  readonly isShared: boolean;
}

const PERSONAL = 'user:';
const TEAM = 'team:';

/** The spaces among these scopes, the person's own first. Scopes that hold no notes are left out. */
export function spacesOf(scopes: readonly string[], ownScope: string): Space[] {
  const teams = scopes.filter((scope) => scope.startsWith(TEAM)).sort();
  return [ownScope, ...teams].map((scope) => ({
    scope,
    name: spaceName(scope),
    isShared: isShared(scope),
  }));
}

/** A team's notes are seen by others. */
export function isShared(scope: string): boolean {
  return !scope.startsWith(PERSONAL);
}

export function spaceName(scope: string): string {
  if (!isShared(scope)) return 'My notes';
  const name = scope.slice(scope.indexOf(':') + 1);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} team`;
}
