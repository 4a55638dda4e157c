import { Button, Center, Loader, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconMap2 } from '@tabler/icons-react';
import { useRef, useState, useSyncExternalStore, type RefObject } from 'react';
import { Logo } from '../shell/logo.tsx';
import { Problem } from '../shell/problem.tsx';
import { routeHref } from '../shell/route.ts';
import { Device } from './device.tsx';
import type { OpenDevice } from './open-devices.ts';
import { NAMES, type Each, type Person } from './person.ts';
import { TourPanel } from './tour-panel.tsx';
import type { TourGuide } from './tour-guide.ts';
import { spotOf, type Spot } from './tour.ts';
import classes from './two-devices-page.module.css';
import { useDeviceRoute, type DeviceRoute } from './use-device-route.ts';
import { useDevices } from './use-devices.ts';
import { Wires } from './wires.tsx';

const SIDE_BY_SIDE = '(min-width: 1000px)';

/** Two people's devices on one table, each with a database and a wire of its own. The visitor's own session is not touched. */
export function TwoDevicesPage() {
  const stage = useDevices();
  switch (stage.at) {
    case 'opening':
      return (
        <Center h="100dvh">
          <Loader type="dots" aria-label="Opening two devices" />
        </Center>
      );
    case 'failed':
      return (
        <Problem error={stage.error} action={{ label: 'Try again', run: () => window.location.reload() }} />
      );
    case 'open':
      return <Table devices={stage.devices} guide={stage.guide} />;
  }
}

interface TableProps {
  readonly devices: Each<OpenDevice>;
  readonly guide: TourGuide;
}

function Table({ devices, guide }: TableProps) {
  const { tour, facts } = useSyncExternalStore(guide.subscribe, guide.current);
  const at = { ada: useDeviceRoute(tour), ben: useDeviceRoute(tour) };
  const spot = spotOf(tour, facts);
  const { isWide, held, hold, show } = useHeld(spot, at);
  const tourButton = useRef<HTMLButtonElement>(null);
  const close = () => {
    guide.show(false);
    tourButton.current?.focus();
  };
  const place = (person: Person) => (
    <div className={classes[person]} hidden={!isWide && held !== person}>
      <Device
        person={person}
        device={devices[person]}
        at={at[person]}
        spot={spot?.person === person ? spot.part : null}
      />
    </div>
  );
  return (
    <div className={classes.page}>
      <PageHead tourButton={tourButton} isTourOpen={tour.isOpen} onTour={() => guide.show(!tour.isOpen)} />
      <main className={classes.table}>
        {place('ada')}
        <div className={classes.between}>
          <Wires devices={devices} lead={isWide ? 'beside' : 'below'} />
          {tour.isOpen && (
            <TourPanel tour={tour} facts={facts} onShow={show} onClose={close} onRestart={guide.restart} />
          )}
          {!isWide && <Hold held={held} onHold={hold} wanted={spot?.person ?? null} />}
        </div>
        {place('ben')}
      </main>
    </div>
  );
}

/** Which device is held, where there is room for one only, and a way to what the tour asks for if that is not in view. */
function useHeld(spot: Spot | null, at: Each<DeviceRoute>) {
  const isWide = useMediaQuery(SIDE_BY_SIDE, undefined, { getInitialValueInEffect: false });
  const [held, hold] = useState<Person>('ada');
  if (spot === null) return { isWide, held, hold, show: null };
  const { person, part } = spot;
  const isAway = part === 'page' && !at[person].isLed;
  const show = () => {
    hold(person);
    if (isAway) at[person].lead();
  };
  return { isWide, held, hold, show: isAway || (!isWide && held !== person) ? show : null };
}

interface PageHeadProps {
  readonly tourButton: RefObject<HTMLButtonElement | null>;
  readonly isTourOpen: boolean;
  readonly onTour: () => void;
}

function PageHead({ tourButton, isTourOpen, onTour }: PageHeadProps) {
  return (
    <header className={classes.head}>
      <a className={classes.home} href={routeHref({})} aria-label="Field Notes">
        <Logo size={28} />
      </a>
      <div className={classes.words}>
        <h1 className={classes.title}>Two devices</h1>
        <p className={classes.text}>Two people, one team, and a wire that you can cut.</p>
      </div>
      <Button
        ref={tourButton}
        size="sm"
        variant="default"
        leftSection={<IconMap2 size={17} />}
        aria-expanded={isTourOpen}
        onClick={onTour}
      >
        Guided tour
      </Button>
    </header>
  );
}

interface HoldProps {
  readonly held: Person;
  readonly onHold: (person: Person) => void;
  /** Where the tour asks for something. */
  readonly wanted: Person | null;
}

/** Which device one holds, where both have no room beside each other. */
function Hold({ held, onHold, wanted }: HoldProps) {
  const label = (person: Person) => (
    <span className={classes.hold} data-wanted={wanted === person && held !== person}>
      {NAMES[person]}’s device
    </span>
  );
  return (
    <SegmentedControl
      fullWidth
      aria-label="Which device"
      data={[
        { value: 'ada', label: label('ada') },
        { value: 'ben', label: label('ben') },
      ]}
      value={held}
      onChange={(value) => onHold(value === 'ben' ? 'ben' : 'ada')}
    />
  );
}
