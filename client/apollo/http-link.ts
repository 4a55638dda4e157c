import { ApolloLink, HttpLink } from '@apollo/client';
import { ServerError } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { catchError, from, mergeMap, throwError } from 'rxjs';

/** Who signs the app's own requests. */
export interface Credentials {
  /** The bearer token; null: the session cookie alone. */
  current(): Promise<string | null>;
  /** Asks the app for a fresh token; false when there is none. */
  refresh(): Promise<boolean>;
}

export interface HttpLinkOptions {
  readonly uri: string;
  readonly credentials: Credentials;
}

/** Sends what is not synced to the API, signed as the sync traffic is; a refused token is renewed once. */
export function createHttpLink({ uri, credentials }: HttpLinkOptions): ApolloLink {
  const renew = new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      catchError((error: unknown) => {
        // Refused before it ran: sending it again is safe, for mutations too.
        if (!ServerError.is(error) || error.statusCode !== 401) return throwError(() => error);
        return from(credentials.refresh()).pipe(
          mergeMap((isRenewed) => (isRenewed ? forward(operation) : throwError(() => error))),
        );
      }),
    ),
  );
  const sign = new SetContextLink(async ({ headers }) => {
    const token = await credentials.current();
    const given = headers as Readonly<Record<string, string>> | undefined;
    return token === null ? {} : { headers: { ...given, authorization: `Bearer ${token}` } };
  });
  return ApolloLink.from([renew, sign, new HttpLink({ uri, credentials: 'include' })]);
}

/** Names the user whom a request is meant for, so that the server refuses it for anyone else (`WRONG_VIEWER`). */
export function createViewerLink(viewer: string, protocol: number): ApolloLink {
  return new ApolloLink((operation, forward) => {
    operation.extensions = { ...operation.extensions, holdfast: { protocol, viewer } };
    return forward(operation);
  });
}
