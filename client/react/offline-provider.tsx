import { ApolloProvider } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { createContext, useContext } from 'react';
import type { Holdfast } from '../apollo/holdfast.ts';

const HoldfastContext = createContext<Holdfast | null>(null);

/** What an `OfflineProvider` gives to whom. */
export interface OfflineProviderProps {
  readonly holdfast: Holdfast;
  readonly children?: ReactNode;
}

/** Gives an offline client to all below: its ApolloClient to Apollo's hooks, its engine to the hooks of this package. */
export function OfflineProvider({ holdfast, children }: OfflineProviderProps): ReactNode {
  return (
    <HoldfastContext value={holdfast}>
      <ApolloProvider client={holdfast.client}>{children}</ApolloProvider>
    </HoldfastContext>
  );
}

/** The offline client of the nearest provider. Throws when there is none. */
export function useHoldfast(): Holdfast {
  const holdfast = useContext(HoldfastContext);
  if (holdfast === null) throw new Error('useHoldfast needs an <OfflineProvider holdfast={…}> above it.');
  return holdfast;
}
