import type { TestApi } from './test-server.ts';

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
  /** Default: none, and thus no `Authorization`. */
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** An answer as it came; a test looks at whatever part it needs. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphqlAnswerError[];
}

export interface GraphqlAnswerError {
  readonly message: string;
  readonly extensions: { readonly code?: string; readonly retry?: string; readonly id?: string };
}

/** Posts one operation as any GraphQL client would. */
export async function graphqlRequest(
  { url }: Pick<TestApi, 'url'>,
  { token, headers, ...body }: GraphqlRequest,
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return readAnswer(response);
}

export async function readAnswer(response: Response): Promise<GraphqlAnswer> {
  const text = await response.text();
  const body = parsed(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.data,
    errors: body.errors ?? [],
  };
}

function parsed(text: string): { data?: GraphqlAnswer['data']; errors?: GraphqlAnswer['errors'] } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
