import type { ReactNode } from 'react';
import classes from './nav-item.module.css';

interface NavItemProps {
  readonly icon: ReactNode;
  readonly label: string;
  readonly href: string;
  readonly isHere: boolean;
  /** At the end, such as how many there are. */
  readonly children?: ReactNode;
}

/** A place to go. */
export function NavItem({ icon, label, href, isHere, children }: NavItemProps) {
  return (
    <a className={classes.item} href={href} aria-current={isHere ? 'page' : undefined}>
      {icon}
      <span className={classes.label}>{label}</span>
      {children}
    </a>
  );
}

/** How many there are of what a place holds. */
export function NavCount({ count }: { readonly count: number | undefined }) {
  return <span className={classes.count}>{count?.toLocaleString()}</span>;
}

interface NavSectionProps {
  readonly title: string;
  /** Beside the title, such as a button that adds a place. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** Places that belong together. */
export function NavSection({ title, action, children }: NavSectionProps) {
  return (
    <section aria-label={title}>
      <div className={classes.heading}>
        <h2 className={classes.headingText}>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
