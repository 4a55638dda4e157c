/**
 * Where a caret belongs after text changed under it: in front of the change it stays, behind it, it moves along, inside it
 * goes to the change's end.
 */
export function shiftCaret(caret: number, before: string, after: string): number {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  if (caret <= start) return caret;
  if (caret >= before.length - tail) return caret + after.length - before.length;
  return after.length - tail;
}
