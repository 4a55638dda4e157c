import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Which web pages may talk to us. */
export interface OriginRules {
  /** Origins beside our own. */
  readonly origins: readonly string[];
  /** In demo mode pages of this machine may, whatever their port, and requests must be addressed to this machine. */
  readonly demo: boolean;
}

/**
 * Whether the page that opened this request may. A request without `Origin` does not come from a page.
 * Browsers send cookies along with a WebSocket from any page, so this is what keeps foreign pages out.
 */
export function isOriginAllowed(request: IncomingMessage, rules: OriginRules): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  if (page.host === host || rules.origins.includes(page.origin)) return true;
  return rules.demo && LOOPBACK_HOST.test(page.host);
}

/** In demo mode a foreign name that was made to point at this machine is refused (DNS rebinding). */
export function isHostAllowed(request: IncomingMessage, rules: OriginRules): boolean {
  return !rules.demo || LOOPBACK_HOST.test(request.headers.host ?? '');
}
