import type { HTMLAttributes, ReactNode } from 'react';
import { Actions } from './actions.tsx';
import { Conflicts } from './conflicts.tsx';
import { Cursors } from './cursors.tsx';
import { Outbox } from './outbox.tsx';
import { STYLE } from './style.ts';
import { Timeline } from './timeline.tsx';
import { useInspection } from './use-inspection.ts';

/** Attributes of its `section`. */
export type HoldfastDevtoolsProps = Omit<HTMLAttributes<HTMLElement>, 'children'>;

/**
 * What the engine holds and does, to be dropped into any page inside an `OfflineProvider`: outbox with attempts and errors,
 * conflicts, cursors, the last hundred requests, a comparison with the server's digest, forced offline, and an export as JSON. It
 * fills the width it is given, follows the page's `color-scheme`, and brings its own style.
 */
export function HoldfastDevtools({ className = '', ...attributes }: HoldfastDevtoolsProps): ReactNode {
  const inspection = useInspection();
  return (
    <section aria-label="Holdfast devtools" {...attributes} className={`holdfast-devtools ${className}`}>
      <style>{STYLE}</style>
      <Actions device={inspection.device} />
      <Outbox inspection={inspection} />
      <Conflicts />
      <Timeline exchanges={inspection.exchanges} />
      <Cursors scopes={inspection.scopes} />
    </section>
  );
}
