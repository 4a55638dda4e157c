/** What an answer means for what was asked: the error classes of correctness.md. Never reads message text. Pure. */
import type { Json } from './manifest.ts';
import type { TransportAnswer, TransportError } from './ports.ts';

export type Verdict =
  /** There is data; `errors` may tell of parts that failed. */
  | {
      readonly class: 'answered';
      readonly data: { readonly [field: string]: Json };
      readonly errors: readonly TransportError[];
    }
  /** Nobody knows whether it took effect: the same again. `isReachable`: someone answered. */
  | { readonly class: 'unknown'; readonly isReachable: boolean; readonly message: string }
  /** The server is well enough to say that it failed: the same again, counted per change. */
  | { readonly class: 'serverError'; readonly message: string }
  | { readonly class: 'wait'; readonly retryAfterMs: number | null }
  | { readonly class: 'signedOut'; readonly code: string }
  | { readonly class: 'scopeForbidden' }
  | { readonly class: 'epochChanged' }
  | { readonly class: 'badCursor' }
  | { readonly class: 'tooLarge' }
  /** The document is not valid there: an old app. */
  | { readonly class: 'upgradeNeeded'; readonly message: string }
  /** The variables are not: one of the changes is the culprit. */
  | { readonly class: 'badVariables'; readonly message: string };

const BY_CODE: Readonly<Record<string, (error: TransportError) => Verdict>> = {
  UNAUTHENTICATED: () => ({ class: 'signedOut', code: 'UNAUTHENTICATED' }),
  WRONG_VIEWER: () => ({ class: 'signedOut', code: 'WRONG_VIEWER' }),
  SCOPE_FORBIDDEN: () => ({ class: 'scopeForbidden' }),
  EPOCH_CHANGED: () => ({ class: 'epochChanged' }),
  BAD_CURSOR: () => ({ class: 'badCursor' }),
  TOO_LARGE: () => ({ class: 'tooLarge' }),
  TOO_MANY_REQUESTS: () => ({ class: 'wait', retryAfterMs: null }),
  UNAVAILABLE: (error) => ({ class: 'unknown', isReachable: true, message: error.message }),
  INTERNAL: serverError,
  INTERNAL_SERVER_ERROR: serverError,
  GRAPHQL_VALIDATION_FAILED: upgradeNeeded,
  GRAPHQL_PARSE_FAILED: upgradeNeeded,
  OPERATION_RESOLUTION_FAILURE: upgradeNeeded,
  PERSISTED_QUERY_NOT_FOUND: upgradeNeeded,
  BAD_USER_INPUT: badVariables,
  BAD_INPUT: badVariables,
};

/** One class for each answer. Data beside errors counts as answered: the parts that are there took effect. */
export function classify(answer: TransportAnswer): Verdict {
  if (answer.kind === 'unreachable') return { class: 'unknown', isReachable: false, message: answer.message };
  return byStatus(answer) ?? byBody(answer);
}

type Answered = Extract<TransportAnswer, { kind: 'answered' }>;

function byStatus(answer: Answered): Verdict | null {
  const { status, retryAfterMs } = answer;
  if (status === 401) return { class: 'signedOut', code: firstCode(answer) ?? 'UNAUTHENTICATED' };
  if (status === 413) return { class: 'tooLarge' };
  if (status === 429 || (status === 503 && retryAfterMs !== null)) return { class: 'wait', retryAfterMs };
  if (status >= 502 && status <= 504) return unknown(`The server answered ${status}`);
  return null;
}

function firstCode({ body }: Answered): string | undefined {
  return codeOf(body?.errors?.[0]);
}

function byBody({ status, retryAfterMs, body }: Answered): Verdict {
  if (body === null) return unknown(`The answer (${status}) could not be read`);
  const errors = body.errors ?? [];
  if (isData(body.data)) return { class: 'answered', data: body.data, errors };
  const verdict = errors.map(byError).find((found) => found !== null);
  if (verdict?.class === 'wait') return { class: 'wait', retryAfterMs };
  if (verdict !== undefined) return verdict;
  const [first] = errors;
  if (status >= 500 || first !== undefined) return serverError(first);
  return unknown(`The answer (${status}) held neither data nor errors`);
}

function isData(data: Json | undefined): data is { readonly [field: string]: Json } {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  return Object.values(data as Readonly<Record<string, Json>>).some((value) => value !== null);
}

function byError(error: TransportError): Verdict | null {
  const code = codeOf(error);
  const judge = code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return judge?.(error) ?? null;
}

function codeOf(error: TransportError | undefined): string | undefined {
  return error?.extensions?.code;
}

function unknown(message: string): Verdict {
  return { class: 'unknown', isReachable: true, message };
}

function serverError(error?: TransportError): Verdict {
  return { class: 'serverError', message: error?.message ?? 'The server failed' };
}

function upgradeNeeded(error?: TransportError): Verdict {
  return { class: 'upgradeNeeded', message: error?.message ?? 'The server does not know this document' };
}

function badVariables(error?: TransportError): Verdict {
  return { class: 'badVariables', message: error?.message ?? 'The server refused the request' };
}
