import { use, type ReactNode } from 'react';
import { StatusLine } from '../sync/status-line.tsx';
import { FrameContext } from './frame-context.ts';
import { MenuButton } from './menu-button.tsx';
import classes from './pane.module.css';

interface PaneProps {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly title: string;
  /** Beside the title. */
  readonly actions?: ReactNode;
  /** Below everything, such as a button that leads on. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** The pane of a list: its title and actions; where the places have no room, also the way to them and how things stand. */
export function Pane({ label, title, actions, foot, children }: PaneProps) {
  const { isWide, places } = use(FrameContext);
  return (
    <section className={classes.pane} aria-label={label}>
      <div className={classes.head}>
        {!isWide && <MenuButton>{places}</MenuButton>}
        <h2 className={classes.title}>{title}</h2>
        {actions}
      </div>
      {children}
      {foot}
      {!isWide && (
        <div className={classes.foot}>
          <StatusLine />
        </div>
      )}
    </section>
  );
}

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page that scrolls, with the whole room for itself. */
export function Page({ title, actions, children }: PageProps) {
  const { isWide, places } = use(FrameContext);
  return (
    <section className={classes.page} aria-label={title}>
      <div className={classes.head}>
        {!isWide && <MenuButton>{places}</MenuButton>}
        <h2 className={classes.title}>{title}</h2>
        {actions}
      </div>
      <div className={classes.scroller}>
        <div className={classes.sheet}>{children}</div>
      </div>
    </section>
  );
}
