import { createHash } from 'node:crypto';
import type { Json } from '../../sync/manifest.ts';

type Tree = Readonly<Record<string, Json>>;

/**
 * Epochs and cursors are each server's own words. One side's dictionary: what leaves a server is told in symbols that are the same for
 * all (`epoch-<n>`: the n-th that was heard of, `cursor-<n>`: the n-th page), and symbols in a request become that side's words again.
 */
export class Symbols {
  private readonly epochs: string[] = [];
  private readonly cursors: string[] = [];

  /** What a device would send to this side. */
  toWords(value: Json): Json {
    return mapStrings(value, (text) => {
      const [, kind, at] = /^(epoch|cursor)-(\d+)$/.exec(text) ?? [];
      if (kind === undefined) return text;
      return (kind === 'epoch' ? this.epochs : this.cursors)[Number(at)] ?? text;
    });
  }

  /** What this side answered, without what may differ: words of its own, and texts for people. */
  toSymbols(value: Json): Json {
    if (Array.isArray(value)) return (value as readonly Json[]).map((item) => this.toSymbols(item));
    if (typeof value !== 'object' || value === null) return value;
    const told = Object.entries(value as Tree).flatMap(([key, part]): [string, Json][] => {
      // Where an error belongs to stands in `path`, which the reference server does not know.
      if (key === 'message' || key === 'path' || key === 'locations') return [];
      if (key === 'epoch' && typeof part === 'string') return [[key, this.epochOf(part)]];
      if (key === 'cursor') return [[key, `cursor-${this.cursors.push(String(part)) - 1}`]];
      return [[key, this.toSymbols(part)]];
    });
    return Object.fromEntries(told);
  }

  private epochOf(word: string): string {
    const known = this.epochs.indexOf(word);
    return `epoch-${known >= 0 ? known : this.epochs.push(word) - 1}`;
  }
}

function mapStrings(value: Json, map: (text: string) => string): Json {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as Tree).map(([key, part]) => [key, mapStrings(part, map)]));
}

/** The reference server's digest is the text itself. */
export function hashDigests(data: Json): Json {
  const { scopeDigest } = (data ?? {}) as { readonly scopeDigest?: readonly { readonly sha256: string }[] };
  if (scopeDigest === undefined) return data;
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  return { scopeDigest: scopeDigest.map((entry) => ({ ...entry, sha256: hash(entry.sha256) })) };
}
