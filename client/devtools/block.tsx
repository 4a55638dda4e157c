import { useId, type ReactNode } from 'react';

interface BlockProps {
  readonly title: string;
  readonly count?: number;
  /** Said instead of the content when there is none. */
  readonly empty: string;
  readonly children: ReactNode;
}

/** One part of the panel: a title, how many, and what. */
export function Block({ title, count, empty, children }: BlockProps) {
  const id = useId();
  return (
    // Focusable: on a narrow screen its table is scrolled sideways, by keyboard too.
    <section aria-labelledby={id} tabIndex={0}>
      <h2 id={id}>
        {title}
        {count !== undefined && count > 0 && <small>{count}</small>}
      </h2>
      {count === 0 ? <p className="quiet">{empty}</p> : children}
    </section>
  );
}
