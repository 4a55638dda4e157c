const MINUTE_MS = 60_000;

/** Making a formatter costs a thousand times as much as using it, so it is made once, when it is first asked. */
function formatter(options: Intl.DateTimeFormatOptions): (moment: Date) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (moment) => (made ??= new Intl.DateTimeFormat(undefined, options)).format(moment);
}

const clockTime = formatter({ timeStyle: 'short' });
const dayOfYear = formatter({ day: 'numeric', month: 'short' });
const fullDate = formatter({ dateStyle: 'medium' });
const dateAndTime = formatter({ dateStyle: 'medium', timeStyle: 'short' });

/** A moment in the reader's own language and time zone: the time today, the day before that. */
export function readerTime(time: string, now: Date = new Date()): string {
  const moment = new Date(time);
  const isToday = moment.toDateString() === now.toDateString();
  if (isToday) return clockTime(moment);
  return moment.getFullYear() === now.getFullYear() ? dayOfYear(moment) : fullDate(moment);
}

/** As `readerTime`, but "just now" within the last minute, so that a status does not look like a clock. */
export function readerTimeAgo(time: string, now: Date = new Date()): string {
  const elapsedMs = now.getTime() - Date.parse(time);
  return elapsedMs >= 0 && elapsedMs < MINUTE_MS ? 'just now' : `at ${readerTime(time, now)}`;
}

/** Day and time in the reader's own language and time zone. */
export function readerMoment(time: string): string {
  return dateAndTime(new Date(time));
}
