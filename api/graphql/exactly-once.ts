import { Extensions, UseMiddleware } from 'type-graphql';
import type { MiddlewareFn } from 'type-graphql';
import { SyncError } from '../sync/errors.ts';
import type { GraphqlContext } from './context.ts';
import { RunningOperation } from './operation.ts';

/** The extension that marks a mutation as an operation of the author's own. */
export const OPERATION = 'holdfastOperation';

/** What `@ExactlyOnce` is told of a mutation. */
export interface ExactlyOnceOptions {
  /** The scopes that it writes beside its own, such as `catalog`, whatever its viewer may do there. */
  readonly scopes?: readonly string[];
}

/**
 * Makes a mutation an operation that devices can queue and that runs exactly once (R32). It stands alone in its
 * document, writes in one transaction, and what it answers is stored with its number. It has a nullable argument `scope`
 * for where it writes; `@Ctx('operation')` gives it an `Operation`.
 */
export function ExactlyOnce({ scopes = [] }: ExactlyOnceOptions = {}): MethodDecorator {
  return (target, key, descriptor) => {
    Extensions({ [OPERATION]: scopes })(target, key, descriptor);
    UseMiddleware(runOnce)(target, key, descriptor);
  };
}

/** Records get their versions before the fields of the answer are read. */
const runOnce: MiddlewareFn<GraphqlContext> = async ({ context: { operation } }, next) => {
  if (!(operation instanceof RunningOperation)) {
    throw new SyncError('BAD_INPUT', 'NEVER', 'Send this mutation over HTTP, alone in its document.');
  }
  const answer: unknown = await next();
  await operation.finish();
  return answer;
};
