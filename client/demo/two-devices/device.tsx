import { Avatar } from '@mantine/core';
import { IconNotes, IconPackage } from '@tabler/icons-react';
import { OfflineProvider } from '../../react.ts';
import { StashContext } from '../notes/stash-context.ts';
import { NavItem } from '../shell/nav-item.tsx';
import { routeHref, type Route } from '../shell/route.ts';
import { AttentionLink } from '../sync/attention-link.tsx';
import { StatusLine } from '../sync/status-line.tsx';
import { WorkOfflineSwitch } from '../sync/work-offline-switch.tsx';
import { DeviceScreen } from './device-screen.tsx';
import classes from './device.module.css';
import type { OpenDevice } from './open-devices.ts';
import { NAMES, TEAM, type Person } from './person.ts';
import type { Part } from './tour.ts';
import type { DeviceRoute } from './use-device-route.ts';

interface DeviceProps {
  readonly person: Person;
  readonly device: OpenDevice;
  readonly at: DeviceRoute;
  /** Where the tour asks for something; null: not here. */
  readonly spot: Part | null;
}

/** The app in small, as one person holds it: who it is, how it stands with the server, what is open, where to go. */
export function Device({ person, device, at, spot }: DeviceProps) {
  return (
    <OfflineProvider holdfast={device.holdfast}>
      <StashContext value={device.stash}>
        <section
          className={classes.device}
          aria-label={`${NAMES[person]}’s device`}
          data-spot={spot ?? undefined}
          onClick={at.follow}
          // The app's keys are meant for the whole window; here they would reach both devices.
          onKeyDown={(event) => event.stopPropagation()}
        >
          <DeviceHead person={person} />
          <div className={classes.screen}>
            <DeviceScreen route={at.route} go={at.go} />
          </div>
          <Places person={person} route={at.route} />
        </section>
      </StashContext>
    </OfflineProvider>
  );
}

function DeviceHead({ person }: Pick<DeviceProps, 'person'>) {
  return (
    <div className={classes.head}>
      <Avatar name={NAMES[person]} color="pine" size={34} aria-hidden="true" />
      <h2 className={classes.name}>{NAMES[person]}</h2>
      <div className={classes.switch}>
        <WorkOfflineSwitch />
      </div>
      <div className={classes.status}>
        <StatusLine />
      </div>
    </div>
  );
}

function Places({ person, route }: { readonly person: Person; readonly route: Route }) {
  return (
    <nav className={classes.places} aria-label={`Places on ${NAMES[person]}’s device`}>
      <NavItem
        icon={<IconNotes size={18} aria-hidden="true" />}
        label="Notes"
        href={routeHref({ space: TEAM })}
        isHere={route.view === 'notes'}
      />
      <NavItem
        icon={<IconPackage size={18} aria-hidden="true" />}
        label="Orders"
        href={routeHref({ view: 'orders', space: TEAM })}
        isHere={route.view === 'orders'}
      />
      <AttentionLink isHere={route.view === 'attention'} />
    </nav>
  );
}
