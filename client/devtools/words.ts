/** The reader's own clock, to the second. */
export function clockTime(at: string): string {
  return new Date(at).toLocaleTimeString();
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
