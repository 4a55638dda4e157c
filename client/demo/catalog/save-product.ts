import type { ApolloClient } from '@apollo/client';
import { UpsertProductsDocument } from '../../generated/documents.ts';

/** What staff may write of a product. */
export interface ProductFields {
  readonly name: string;
  readonly description: string;
  /** In cents. */
  readonly price: number;
  readonly stock: number;
  readonly active: boolean;
}

interface ProductChange extends Partial<ProductFields> {
  /** What the person saw in each edited field before. */
  readonly base?: Partial<ProductFields>;
}

/** Stores a change of a product on the device. Resolves when it is durable; rejects with a sentence to show. */
export async function saveProduct(client: ApolloClient, id: string, change: ProductChange): Promise<void> {
  const { data } = await client.mutate({
    mutation: UpsertProductsDocument,
    variables: { changes: [{ id, ...change }] },
  });
  const error = data?.upsertProducts.results[0]?.error;
  if (error) throw new Error(error.message);
}
