/** Not part of what is compared: they never change, or are for people to look at. */
const ASIDE = new Set(['manifest', 'schema', 'options', 'inspector', 'ports']);

/**
 * All that an object holds, through everything that it points to, as text: two of the same text behave alike. Functions and promises
 * have no content: what they remember has to be told in another way.
 */
export function contentOf(root: unknown): string {
  const known = new Map<object, number>();
  const tell = (value: unknown): string => {
    if (typeof value === 'function') return 'f';
    if (typeof value !== 'object' || value === null) return String(JSON.stringify(value));
    const place = known.get(value);
    if (place !== undefined) return `@${place}`;
    known.set(value, known.size);
    if (value instanceof Promise) return 'p';
    if (Array.isArray(value)) return `[${value.map(tell).join()}]`;
    if (value instanceof Map)
      return `m[${[...value].map(([key, held]) => `${tell(key)}:${tell(held)}`).join()}]`;
    if (value instanceof Set) return `s[${[...value].map(tell).join()}]`;
    const parts = Object.entries(value).filter(([key]) => !ASIDE.has(key));
    return `{${parts.map(([key, held]) => `${key}:${tell(held)}`).join()}}`;
  };
  return tell(root);
}
