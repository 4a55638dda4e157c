import { useQuery } from '@apollo/client/react';
import { IconBuildingStore, IconDevices, IconPackage } from '@tabler/icons-react';
import type { AccountDialog } from '../account/account-dialogs.tsx';
import { AccountMenu } from '../account/account-menu.tsx';
import type { Account } from '../account/session.ts';
import { OrderCountDocument } from '../../generated/documents.ts';
import { NotebookNav } from '../notebooks/notebook-nav.tsx';
import type { Space } from '../notebooks/space.ts';
import { AttentionLink } from '../sync/attention-link.tsx';
import { StatusLine } from '../sync/status-line.tsx';
import { WorkOfflineSwitch } from '../sync/work-offline-switch.tsx';
import { Logo } from './logo.tsx';
import { NavCount, NavItem, NavSection } from './nav-item.tsx';
import classes from './rail.module.css';
import { routeHref, type Go, type Route } from './route.ts';

interface RailProps {
  readonly account: Account;
  readonly spaces: readonly Space[];
  readonly route: Route;
  readonly go: Go;
  readonly onOpen: (dialog: AccountDialog) => void;
}

/** The left side: places to go, and below them how things stand. */
export function Rail({ account, spaces, route, go, onOpen }: RailProps) {
  return (
    <div className={classes.rail}>
      <div className={classes.brand}>
        <Logo size={26} />
        <span className={classes.name}>Field Notes</span>
      </div>
      <nav className={classes.places} aria-label="Places">
        <NotebookNav spaces={spaces} route={route} go={go} />
        <ShopNav route={route} />
        <NavItem
          icon={<IconDevices size={18} aria-hidden="true" />}
          label="Two devices, side by side"
          href={routeHref({ view: 'two-devices' })}
          isHere={false}
        />
      </nav>
      <div className={classes.foot}>
        <AttentionLink isHere={route.view === 'attention'} />
        <div className={classes.switch}>
          <WorkOfflineSwitch />
        </div>
        <a
          className={classes.sync}
          href={routeHref({ view: 'sync' })}
          aria-current={route.view === 'sync' ? 'page' : undefined}
        >
          <StatusLine />
        </a>
        <AccountMenu account={account} onOpen={onOpen} />
      </div>
    </div>
  );
}

function ShopNav({ route }: { readonly route: Route }) {
  // What is under way; an order that has arrived needs nobody.
  const { data } = useQuery(OrderCountDocument, {
    variables: { filter: { status: { in: ['DRAFT', 'PLACED', 'PACKED', 'SHIPPED'] } } },
  });
  return (
    <NavSection title="Shop">
      <NavItem
        icon={<IconBuildingStore size={18} aria-hidden="true" />}
        label="Catalogue"
        href={routeHref({ view: 'catalog' })}
        isHere={route.view === 'catalog'}
      />
      <NavItem
        icon={<IconPackage size={18} aria-hidden="true" />}
        label="Orders"
        href={routeHref({ view: 'orders' })}
        isHere={route.view === 'orders'}
      >
        <NavCount count={data?.orderCount} />
      </NavItem>
    </NavSection>
  );
}
