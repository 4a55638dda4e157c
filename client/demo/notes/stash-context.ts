import { createContext } from 'react';
import type { DraftStash } from './draft-stash.ts';

/** The stash of the account that is open. */
export const StashContext = createContext<DraftStash | null>(null);
