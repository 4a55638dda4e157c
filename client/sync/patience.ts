import type { OutboxRow } from './stored.ts';

/** A change that fails alone this often is under suspicion. */
const SUSPECT_AFTER = 8;
/** So often something was accepted between its failures: an outage in which the server took the odd change proves nothing. */
const PROOFS = 3;

interface Failures {
  readonly count: number;
  /** Failures since the one before which the server accepted something. */
  readonly proofs: number;
  readonly acceptedBefore: number;
}

const NONE: Failures = { count: 0, proofs: 0, acceptedBefore: Infinity };

/**
 * How often the server failed at which change while it accepted others. During an outage it accepts nothing, so nothing is ever hopeless
 * then. Not stored: a reload forgets it, which only costs attempts.
 */
export class Patience {
  private accepted = 0;
  private readonly failures = new Map<string, Failures>();

  get acceptedCount(): number {
    return this.accepted;
  }

  takenIn(rows: readonly OutboxRow[]): void {
    this.accepted += rows.length;
    for (const row of rows) this.failures.delete(row.change);
  }

  failed(rows: readonly OutboxRow[]): void {
    for (const { change } of rows) {
      const { count, proofs, acceptedBefore } = this.failures.get(change) ?? NONE;
      const isProof = this.accepted > acceptedBefore;
      const next = { count: count + 1, proofs: proofs + Number(isProof), acceptedBefore: this.accepted };
      this.failures.set(change, next);
    }
  }

  hasFailedBefore(rows: readonly OutboxRow[]): boolean {
    return rows.some(({ change }) => this.of(change).count > 1);
  }

  /** Whether the others fail as well has to be tried. */
  isSuspect(rows: readonly OutboxRow[]): boolean {
    return rows.every(({ change }) => this.of(change).count >= SUSPECT_AFTER);
  }

  isHopeless(rows: readonly OutboxRow[]): boolean {
    return this.isSuspect(rows) && rows.every(({ change }) => this.of(change).proofs >= PROOFS);
  }

  private of(change: string): Failures {
    return this.failures.get(change) ?? NONE;
  }
}
