import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';

interface Listed {
  readonly notes: readonly { readonly title: string; readonly syncState: string }[];
}

/** All notes by id, and how far each has come. */
export const NOTES: TypedDocumentNode<Listed, Record<string, never>> = parse(`
  query {
    notes(orderBy: { field: "id" }) {
      id
      scope
      version
      title
      syncState @client
    }
  }
`);
