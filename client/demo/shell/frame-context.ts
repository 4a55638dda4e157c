import { createContext, type ReactNode } from 'react';

export interface FrameSettings {
  /** Room for the places beside everything else. */
  readonly isWide: boolean;
  /** Room for one pane only. */
  readonly isNarrow: boolean;
  /** The places to go, for a menu where they have no room of their own. */
  readonly places: ReactNode;
}

/** How much room the window has. */
export const FrameContext = createContext<FrameSettings>({ isWide: true, isNarrow: false, places: null });
