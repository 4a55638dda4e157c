const MINUTE_MS = 60_000;

/** A moment in the reader's own language and time zone: the time today, the day before that. */
export function readerTime(time: string, now: Date = new Date()): string {
  const moment = new Date(time);
  const isToday = moment.toDateString() === now.toDateString();
  if (isToday) return moment.toLocaleTimeString(undefined, { timeStyle: 'short' });
  const isThisYear = moment.getFullYear() === now.getFullYear();
  return moment.toLocaleDateString(
    undefined,
    isThisYear ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' },
  );
}

/** As `readerTime`, but "just now" within the last minute, so that a status does not look like a clock. */
export function readerTimeAgo(time: string, now: Date = new Date()): string {
  const elapsedMs = now.getTime() - Date.parse(time);
  return elapsedMs >= 0 && elapsedMs < MINUTE_MS ? 'just now' : `at ${readerTime(time, now)}`;
}

/** Day and time in the reader's own language and time zone. */
export function readerMoment(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
