import type { ChangeExecuted, LogEvent } from '../checker/events.ts';

/**
 * Rare paths that a run of many seeds has to come across. Each was when it was listed; one that never is any more means that the
 * simulation has lost sight of what it was made to test.
 */
export const RARE_PATHS: readonly string[] = [
  'a backup was restored',
  'a change was taken back before it was sent',
  'a counter was added to what somebody else had added',
  'a frozen tab went on',
  'a leader was fenced off',
  'a message between tabs was lost',
  'a page was left because another one completed a sign-out',
  'a person: discard',
  'a person: edit',
  'a person: resolve own',
  'a person: resolve theirs',
  'a person: resolve yours',
  'a person: restore a lost value',
  'a person: retry',
  'a poke was lost',
  'a profile was cloned',
  'a request arrived after it was given up',
  'a request arrived twice',
  'a scope left the device',
  'a sign-out that a crash cut short was completed',
  'a tab crashed',
  'a tab froze',
  'a transaction aborted at commit',
  'a transaction found no room',
  'a write names what was refused',
  'access: gained',
  'access: lost',
  'access: read only',
  'apollo: a stale result was written',
  'apollo: gc',
  'apollo: no-cache',
  'apollo: refetch',
  'failed: GONE',
  'failed: GROUP_REFUSED',
  'failed: MISSING_REFERENCE',
  'failed: OUTCOME_UNKNOWN',
  'failed: RULE_VIOLATED',
  'failed: SCOPE_FORBIDDEN',
  'failed: TOO_LARGE',
  'no fresh token: signed out',
  'of two clones one took another line of numbers',
  'outcome: CONFLICT',
  'outcome: MERGED',
  'outcome: SUPERSEDED',
  'outcome: replayed',
  'own changes stood above a checkpoint',
  'power was lost',
  'refused: SEQ_REUSED',
  'refused: STALE_SEQ',
  'request: answered 401',
  'request: answered 413',
  'request: answered 429',
  'request: answered 500',
  'request: answered 503',
  'request: halfOpen',
  'request: lostAnswer',
  'request: lostRequest',
  'request: truncated',
  'sent again under a new number',
  'server: EPOCH_CHANGED',
  'server: INTERNAL',
  'server: SCOPE_FORBIDDEN',
  'server: a page and more',
  'server: reset',
  'signed out: export',
  'signed out: wipe',
  'something happened right behind the answer to HoldfastPull',
  'something happened right behind the answer to HoldfastPush',
  'tabs wrote the same record at once',
  'the lead was stolen',
  'the server restarted',
  'two edits became one change',
  'unsent work was wiped, and shown',
  'what the server had not confirmed was deleted',
  'what is visible was computed anew in the middle of a run',
];

/** How often each was come across. */
export class RareCounts {
  readonly counts = new Map<string, number>();
  private readonly carried = new Set<string>();
  private readonly numbered = new Set<string>();
  private readonly clones = new Set<string>();

  hit(path: string): void {
    this.counts.set(path, (this.counts.get(path) ?? 0) + 1);
  }

  add(other: Readonly<Record<string, number>>): void {
    for (const [path, count] of Object.entries(other))
      this.counts.set(path, (this.counts.get(path) ?? 0) + count);
  }

  /** Those that the log shows. */
  sawEvent(event: LogEvent): void {
    switch (event.kind) {
      case 'placed':
        return this.sawPlace(event.place, event.code);
      case 'executed':
        return this.sawExecuted(event);
      case 'forgotten':
        return this.hit('a scope left the device');
      case 'queued':
        if (this.carried.has(event.change)) this.hit('two edits became one change');
        return void this.carried.add(event.change);
      case 'numbered':
        return this.sawNumber(event.change);
      case 'checkpoint':
        if (event.records.some(({ version }) => version > event.position))
          this.hit('own changes stood above a checkpoint');
        return;
      default:
        return this.sawClone(event);
    }
  }

  private sawClone(event: LogEvent): void {
    if (event.kind === 'cloned') this.clones.add(event.device).add(event.from);
    if (event.kind === 'renamed' && this.clones.has(event.device))
      this.hit('of two clones one took another line of numbers');
  }

  private sawExecuted({ outcome, payload }: ChangeExecuted): void {
    if (outcome === 'MERGED' && fieldsOf(payload).join() === 'stars')
      this.hit('a counter was added to what somebody else had added');
  }

  private sawNumber(change: string): void {
    if (this.numbered.has(change)) this.hit('sent again under a new number');
    this.numbered.add(change);
  }

  private sawPlace(place: string, code = ''): void {
    if (place === 'withdrawn') this.hit('a change was taken back before it was sent');
    if (place === 'lost') this.hit('unsent work was wiped, and shown');
    if (place === 'failed') this.hit(`failed: ${code}`);
  }

  get missed(): readonly string[] {
    return RARE_PATHS.filter((path) => !this.counts.has(path));
  }
}

const ENVELOPE: readonly string[] = ['id', 'version', 'epoch', 'base', 'seq', 'editedAt', 'group', 'deleted'];

/** What a change writes, beside what the protocol says of it. */
function fieldsOf(payload = '{}'): readonly string[] {
  return Object.keys(JSON.parse(payload) as object).filter((name) => !ENVELOPE.includes(name));
}
