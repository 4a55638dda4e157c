/**
 * Rare paths that a run of many seeds has to come across. Each was hit by seeds that exist; one that never is any more means that
 * the simulation has lost sight of what it was made to test.
 */
export const RARE_PATHS = [
  'a transaction found no room',
  'a transaction aborted at commit',
  'request: lostRequest',
  'request: lostAnswer',
  'request: truncated',
  'request: halfOpen',
  'request: answered 401',
  'request: answered 413',
  'request: answered 429',
  'request: answered 500',
  'request: answered 503',
  'a request arrived after it was given up',
  'a request arrived twice',
  'no fresh token: signed out',
] as const;

export type RarePath = (typeof RARE_PATHS)[number];

/** How often each was come across. */
export class RareCounts {
  readonly counts = new Map<string, number>();

  hit(path: string): void {
    this.counts.set(path, (this.counts.get(path) ?? 0) + 1);
  }

  add(other: Readonly<Record<string, number>>): void {
    for (const [path, count] of Object.entries(other))
      this.counts.set(path, (this.counts.get(path) ?? 0) + count);
  }

  get missed(): readonly string[] {
    return RARE_PATHS.filter((path) => !this.counts.has(path));
  }
}
