import { AccountMenu } from '../account/account-menu.tsx';
import type { Account } from '../account/session.ts';
import { NotebookNav } from '../notebooks/notebook-nav.tsx';
import type { Space } from '../notebooks/space.ts';
import { Attention } from '../sync/attention-drawer.tsx';
import { StatusLine } from '../sync/status-line.tsx';
import { WorkOfflineSwitch } from '../sync/work-offline-switch.tsx';
import { Logo } from './logo.tsx';
import classes from './rail.module.css';
import type { Route } from './route.ts';

interface RailProps {
  readonly account: Account;
  readonly spaces: readonly Space[];
  readonly route: Route;
  readonly go: (change: Partial<Route>) => void;
  readonly onSignedOut: () => void;
}

/** The left side: places to go, and below them how things stand. */
export function Rail({ account, spaces, route, go, onSignedOut }: RailProps) {
  return (
    <div className={classes.rail}>
      <div className={classes.brand}>
        <Logo size={26} />
        <span className={classes.name}>Field Notes</span>
      </div>
      <div className={classes.places}>
        <NotebookNav spaces={spaces} route={route} go={go} />
      </div>
      <div className={classes.foot}>
        <Attention />
        <div className={classes.switch}>
          <WorkOfflineSwitch />
        </div>
        <StatusLine />
        <AccountMenu account={account} onSignedOut={onSignedOut} />
      </div>
    </div>
  );
}
