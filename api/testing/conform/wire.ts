import { setTimeout as pause } from 'node:timers/promises';
import { Violation, spell } from './expect.ts';
import type { Values } from './sample-values.ts';

/** The fixed documents of a server, as `schema/sync-documents.json` holds them. */
export interface SyncDocuments {
  readonly protocol: number;
  readonly types: readonly string[];
  readonly pull: { readonly name: string; readonly text: string };
  readonly push: { readonly name: string; readonly text: string };
  readonly heads: { readonly name: string; readonly text: string };
  readonly pokes: { readonly name: string; readonly text: string };
}

/** A signed-in user. */
export interface Actor {
  readonly token: string;
  readonly id: string;
  readonly scopes: readonly {
    readonly id: string;
    readonly access: string;
    readonly head: number;
    readonly epoch: string;
  }[];
}

export interface WireRecord extends Values {
  readonly id: string;
  readonly scope: string;
  readonly version: number;
  readonly deletedAt: string | null;
}

export interface WireConflict {
  readonly field: string;
  readonly base: unknown;
  readonly yours: unknown;
  readonly theirs: unknown;
  readonly kept: string;
}

export interface WireResult {
  readonly id: string;
  readonly seq: number | null;
  readonly outcome: string;
  readonly replayed: boolean;
  readonly record: WireRecord | null;
  readonly conflicts: readonly WireConflict[];
  readonly error: { readonly code: string; readonly message: string; readonly field: string | null } | null;
}

export interface WirePage {
  readonly records: readonly WireRecord[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly reset: boolean;
  readonly at: {
    readonly epoch: string;
    readonly position: number;
    readonly floor: number | null;
    readonly head: number;
    readonly executed: number;
  };
}

export interface WireError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retry?: string };
}

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly WireError[];
    readonly extensions?: Readonly<Record<string, unknown>>;
  };
}

export interface Request {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Values;
  /** What stands in `extensions.holdfast`. Default: the protocol's version and the user's id. */
  readonly holdfast?: Values;
}

const TIMEOUT_MS = 20_000;
const MOST_WAITS = 5;

/** Speaks HTTP to one server, and remembers nothing but the outcomes that went by. */
export class Wire {
  /** Every outcome that the server has named. */
  readonly outcomes = new Set<string>();

  constructor(
    /** The GraphQL endpoint. */
    readonly url: string,
    readonly documents: SyncDocuments,
  ) {}

  /** Sends one operation as the user, null for nobody; waits and repeats when the server asks for a pause. */
  async send(user: Pick<Actor, 'token' | 'id'> | null, request: Request): Promise<Answer> {
    const { query, operationName, variables } = request;
    const holdfast = request.holdfast ?? { protocol: this.documents.protocol, viewer: user?.id };
    const body = JSON.stringify({ operationName, query, variables, extensions: { holdfast } });
    for (let waits = 0; ; waits += 1) {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          ...(user === null ? {} : { authorization: `Bearer ${user.token}` }),
        },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status !== 429 || waits === MOST_WAITS)
        return { status: response.status, body: read(text) };
      await pause(Number(response.headers.get('retry-after') ?? 1) * 1_000);
    }
  }

  /** As `send`, and answers the data. @throws Violation when the server answers an error. */
  async ask(user: Actor, request: Request): Promise<Readonly<Record<string, unknown>>> {
    return dataOf(await this.send(user, request));
  }

  push(user: Actor, variables: Values, document = this.documents.push): Promise<Answer> {
    const { types } = this.documents;
    const empty = Object.fromEntries(types.map((type) => [`${camelCase(type)}Changes`, []]));
    return this.send(user, {
      operationName: document.name,
      query: document.text,
      variables: { withDelta: false, ...empty, ...variables },
    });
  }

  pull(user: Actor, variables: Values): Promise<Answer> {
    const { name, text } = this.documents.pull;
    return this.send(user, { operationName: name, query: text, variables });
  }
}

function read(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    throw new Violation(`the answer is not JSON: ${spell(text)}`);
  }
}

export function dataOf({ status, body }: Answer): Readonly<Record<string, unknown>> {
  const [error] = body.errors ?? [];
  if (error !== undefined || body.data === null || body.data === undefined) {
    throw new Violation(`the server answered ${status} ${spell(error ?? body)}`);
  }
  return body.data;
}

/** The code of the first error; undefined when there is none. */
export function codeOf({ body }: Answer): string | undefined {
  return body.errors?.[0]?.extensions?.code;
}

export function camelCase(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}

export function pascalCase(plural: string): string {
  return plural.charAt(0).toUpperCase() + plural.slice(1);
}
