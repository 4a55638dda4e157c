const SECONDS = /^\d+$/;

/**
 * Reads `Retry-After` (RFC 9110, 10.2.3), seconds or a date, as milliseconds from now; null when absent or unreadable.
 * A date is compared with the answer's own `Date` when it has one, so that a wrong device clock does no harm.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const value = headers.get('retry-after')?.trim();
  if (!value) return null;
  if (SECONDS.test(value)) return Number(value) * 1000;
  const untilMs = Date.parse(value);
  if (Number.isNaN(untilMs)) return null;
  const serverMs = Date.parse(headers.get('date') ?? '');
  return Math.max(0, untilMs - (Number.isNaN(serverMs) ? nowMs : serverMs));
}
