import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import type { Context, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Limits } from '../config.ts';
import { createFormatError } from '../graphql/format-error.ts';
import type { Viewer } from '../sync/model.ts';
import { sessionCookie, unauthenticated } from './authentication.ts';
import type { Gate } from './gate.ts';
import type { SocketRegistry } from './socket-registry.ts';

export interface ProtocolOptions {
  readonly schema: GraphQLSchema;
  readonly rules: readonly ValidationRule[];
  readonly gate: Gate;
  readonly createContext: (viewer: Viewer, requestId: string) => object;
  readonly limits: Limits;
  readonly logger: Logger;
}

/** What a connection carries along. */
export interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

type SocketContext = Context<Record<string, unknown>, Extra>;

/** A subscription document is small; one beyond this is not even parsed. */
const PARSE_TOKENS = 1_000;

/** What the protocol asks us: who may connect, what may be subscribed to, how errors look. */
export function protocolOptions(
  options: ProtocolOptions,
  registry: SocketRegistry,
): ServerOptions<Record<string, unknown>, Extra> {
  const format = createFormatError({
    newId: randomUUID,
    report: (err, id) => options.logger.error({ requestId: id, err }, 'subscription failed'),
  });
  const formatted = (errors: readonly GraphQLError[]) => errors.map((error) => format(error.toJSON(), error));
  return {
    onConnect: async ({ connectionParams, extra }) => {
      const token = connectionParams?.['token'] ?? sessionCookie(extra.request);
      if (typeof token !== 'string') throw unauthenticated('Sign in first: no token and no session.');
      // A refused socket is being closed by the registry: the acknowledgement after that goes nowhere.
      registry.admit(extra.socket, await options.gate.admitToken(token));
    },
    onSubscribe: (context, _id, payload) => prepare(context, payload, { options, registry }),
    onError: (...[, , , errors]) => formatted(errors),
    onNext: (...[, , , , { errors, ...rest }]) => {
      return errors === undefined
        ? undefined
        : ({ ...rest, errors: formatted(errors) } as FormattedExecutionResult);
    },
  };
}

function prepare(
  context: SocketContext,
  payload: SubscribePayload,
  { options, registry }: { readonly options: ProtocolOptions; readonly registry: SocketRegistry },
): ExecutionArgs | readonly GraphQLError[] {
  const viewer = registry.viewer(context.extra.socket);
  if (viewer === null) return [refusal('This connection is not signed in any more.', 'UNAUTHENTICATED')];
  if (Object.keys(context.subscriptions).length > options.limits.subscriptionsPerSocket) {
    return [refusal('Too many subscriptions on this connection.', 'TOO_MANY_REQUESTS')];
  }
  try {
    const document = parse(payload.query, { maxTokens: PARSE_TOKENS });
    const operation = getOperationAST(document, payload.operationName);
    if (operation?.operation !== 'subscription') {
      return [refusal('Only subscriptions go over the WebSocket; send the others by HTTP.', 'BAD_INPUT')];
    }
    const errors = validate(options.schema, document, [...specifiedRules, ...options.rules], {
      maxErrors: 5,
      hideSuggestions: true,
    });
    if (errors.length > 0) return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    return {
      schema: options.schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? null,
      contextValue: options.createContext(viewer, randomUUID()),
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

function refusal(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retry: 'NEVER' } });
}

function coded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  });
}
