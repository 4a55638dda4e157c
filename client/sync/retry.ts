/** How long to wait before the same again. Pure. */

export interface RetryLimits {
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
}

/**
 * Exponential with full jitter: uniform between 0 and base × 2^attempt, at most the cap (AWS Architecture Blog, "Exponential Backoff And
 * Jitter"). `attempt` counts from 0, `random` is in [0, 1). Never less than `atLeastMs` (`Retry-After`).
 */
export function retryDelayMs(
  attempt: number,
  random: number,
  limits: RetryLimits & { atLeastMs?: number },
): number {
  const ceiling = Math.min(limits.retryCapMs, limits.retryBaseMs * 2 ** Math.min(attempt, 30));
  return Math.max(limits.atLeastMs ?? 0, Math.round(random * ceiling));
}
