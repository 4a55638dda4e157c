import type { Json, Values } from '../../sync/manifest.ts';
import type { Answer } from './twin-servers.ts';

/** What happened in a run, and how often: a run in which something never happened has not tried it. */
export class Sightings {
  readonly counts = new Map<string, number>();

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Notes all that an answer shows. */
  answer({ data, errors, extensions }: Answer): void {
    for (const { extensions: told } of errors as readonly { readonly extensions?: Values }[]) {
      this.count(`error ${String(told?.['code'])}`);
    }
    const operation = (extensions as Values | null)?.['holdfast'] as Values | undefined;
    if (operation !== undefined) {
      this.count(
        `operation ${String(operation['outcome'])}${operation['replayed'] === true ? ' again' : ''}`,
      );
    }
    this.walk(data);
  }

  /** Those of the list that never happened. */
  missing(expected: readonly string[]): readonly string[] {
    return expected.filter((what) => !this.counts.has(what));
  }

  private walk(value: Json): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return (value as readonly Json[]).forEach((item) => this.walk(item));
    const part = value as Values;
    if (part['reset'] === true) this.count('reset');
    if (part['hasMore'] === true) this.count('more pages');
    if (typeof part['deletedAt'] === 'string') this.count('tombstone');
    if (typeof part['outcome'] === 'string') this.change(part);
    Object.values(part).forEach((inner) => this.walk(inner));
  }

  private change({ outcome, replayed, error, conflicts }: Values): void {
    this.count(`${String(outcome)}${replayed === true ? ' again' : ''}`);
    const code = (error as Values | null)?.['code'];
    if (code !== undefined) this.count(`refused ${String(code)}`);
    for (const { field, kept } of conflicts as readonly Values[]) {
      this.count(`kept ${String(kept)}`);
      if (field === 'deleted') this.count(`deletion kept ${String(kept)}`);
    }
  }
}
