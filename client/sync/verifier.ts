import { openScopes, type Core } from './core.ts';
import type { EnginePorts } from './engine-options.ts';
import { classify } from './errors.ts';
import { afresh } from './first-steps.ts';
import type { ScopeCheck } from './model.ts';
import type { ScopeRow } from './stored.ts';
import { readDigest, type TypeDigest } from './wire.ts';

/** It costs the server a walk over all of the scope's records, and guards against errors that should not exist: once a day will do. */
const EVERY_MS = 24 * 3_600_000;
/** A check that could not be made is tried again after this, while the page lives. */
const TRY_AGAIN_MS = 3_600_000;
/** Types pulled afresh that are remembered for the status. */
const REPAIRS_KEPT = 20;

/**
 * R33: compares what the device holds with the server's own count and SHA-256, at a checkpoint with the digest's head. A type that
 * differs is pulled afresh, its old copies shown until then, and told in the status.
 */
export class Verifier {
  private readonly triedAt = new Map<string, number>();

  constructor(private readonly core: Core) {}

  /** Checks those scopes whose day has come. True: something has to be pulled. */
  async checkDue(scopes: readonly string[]): Promise<boolean> {
    const due: string[] = [];
    for (const scope of scopes) if (await this.isDue(scope)) due.push(scope);
    const checks = await this.check(due);
    return checks.some(({ outcome }) => outcome === 'differs');
  }

  /** All open scopes, one after the other. */
  checkAll(): Promise<readonly ScopeCheck[]> {
    return this.check(openScopes(this.core));
  }

  private async check(scopes: readonly string[]): Promise<readonly ScopeCheck[]> {
    const checks: ScopeCheck[] = [];
    for (const scope of scopes) checks.push(await this.checkOne(scope));
    return checks;
  }

  /** A scope is first checked a day after it was first seen: its download is fresh. */
  private async isDue(scope: string): Promise<boolean> {
    const { ports, replica, store } = this.core;
    if (ports.sha256 === undefined) return false;
    const tried = this.triedAt.get(scope) ?? -Infinity;
    if (ports.clock.monotonic() - tried < TRY_AGAIN_MS) return false;
    const at = replica.meta.verified?.at[scope];
    if (at !== undefined) return Math.abs(ports.clock.now() - Date.parse(at)) >= EVERY_MS;
    await store.commit('relaxed', async (tx) => {
      const { at: known = {}, repairs = [] } = (await tx.meta('verified')) ?? {};
      tx.putMeta('verified', { at: { ...known, [scope]: this.now() }, repairs });
    });
    return false;
  }

  private async checkOne(scope: string): Promise<ScopeCheck> {
    const { ports, replica } = this.core;
    this.triedAt.set(scope, ports.clock.monotonic());
    const { sha256 } = ports;
    if (sha256 === undefined) return { scope, outcome: 'unavailable', types: [] };
    const digests = replica.meta.paused === true ? null : await this.ask(scope);
    const row = replica.scopes.get(scope);
    const types = digests === null ? null : await this.differing(row, digests, sha256);
    const isKnown = row !== undefined && types !== null && (await this.store(row, types));
    if (!isKnown) return { scope, outcome: 'notNow', types: [] };
    return { scope, outcome: types.length === 0 ? 'same' : 'differs', types };
  }

  /** Null when what is held is not, or is more than, what the server had at the digest's head. */
  private async differing(
    row: ScopeRow | undefined,
    digests: readonly TypeDigest[],
    sha256: NonNullable<EnginePorts['sha256']>,
  ): Promise<readonly string[] | null> {
    if (row === undefined || !isComparable(row, digests)) return null;
    // All of them before anything is awaited: they are of one moment.
    const held = digests.map((digest) => ({ digest, own: this.linesOf(row.id, digest) }));
    const types: string[] = [];
    for (const { digest, own } of held) {
      if (own === null) return null;
      const isSame = own.count === digest.count && (await sha256(own.text)) === digest.sha256;
      if (!isSame) types.push(digest.type);
    }
    return types;
  }

  private async ask(scope: string): Promise<readonly TypeDigest[] | null> {
    const { manifest, ports, userId } = this.core;
    const request = { document: manifest.documents.digest, variables: { scope }, viewer: userId };
    const verdict = classify(await ports.transport.send(request));
    if (verdict.class !== 'answered') return null;
    return readDigest(verdict.data, manifest);
  }

  /** Null when a copy is newer than the digest: an own change that was acknowledged since. Ids are ASCII: their order by code unit is that by byte. */
  private linesOf(
    scope: string,
    { type, head }: TypeDigest,
  ): { readonly count: number; readonly text: string } | null {
    const held = [...this.core.replica.copies(type, scope)];
    if (held.some(({ version }) => version > head)) return null;
    const live = held.filter(({ deletedAt, missing }) => deletedAt === null && missing !== true);
    const lines = live.map(({ id, version }) => ({ id, line: `${id}:${String(version)}\n` }));
    lines.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { count: live.length, text: lines.map(({ line }) => line).join('') };
  }

  /** False when the scope has moved on meanwhile: then nothing is known. */
  private store(compared: ScopeRow, types: readonly string[]): Promise<boolean> {
    const { id: scope } = compared;
    return this.core.store.commit('strict', async (tx) => {
      const stored = await tx.scope(scope);
      if (stored?.checkpoint !== compared.checkpoint || stored.epoch !== compared.epoch) return false;
      const { at: known = {}, repairs = [] } = (await tx.meta('verified')) ?? {};
      const at = this.now();
      const fresh = types.map((type) => ({ scope, type, at }));
      const kept = [...repairs, ...fresh].slice(-REPAIRS_KEPT);
      tx.putMeta('verified', { at: { ...known, [scope]: at }, repairs: kept });
      if (types.length > 0) tx.putScope(afresh(stored, types));
      return true;
    });
  }

  private now(): string {
    return new Date(this.core.ports.clock.now()).toISOString();
  }
}

/** The device stands at a checkpoint, and at the one that the digest was read at. */
function isComparable({ checkpoint, cursors }: ScopeRow, digests: readonly TypeDigest[]): boolean {
  return digests.every(({ type, head }) => {
    const cursor = cursors[type];
    return head === checkpoint && cursor !== undefined && cursor.cursor !== null && cursor.floor === null;
  });
}
