import { newId, type Unsubscribe } from '../../index.ts';
import type { OpenDevice } from './open-devices.ts';
import { eachOf, type Each } from './person.ts';
import { canBeSceneAgain, factsOf, settleScene, startOf, writeScene } from './scene.ts';
import { advance, isAtRest, isStep, type Facts, type Tour } from './tour.ts';

/** What the guide sees and where it is; the same object until one of them changes. */
export interface TourView {
  readonly tour: Tour;
  readonly facts: Facts;
}

const STORED = 'field-notes.two-devices';

/**
 * Follows both engines and leads the tour by what they say. Where it is survives a reload and is shared by the tabs of a browser,
 * as the devices are; so are its two records, which a later tour begins with again.
 */
export class TourGuide {
  private view: TourView;
  private isPreparing = false;
  private readonly listeners = new Set<() => void>();
  private readonly stops: readonly Unsubscribe[];

  constructor(
    private readonly devices: Each<OpenDevice>,
    private readonly onProblem: (error: unknown) => void,
  ) {
    const tour = storedTour() ?? newTour();
    this.view = { tour, facts: this.factsNow(tour) };
    store(tour);
    const look = () => this.look();
    window.addEventListener('storage', this.onStorage);
    this.stops = Object.values(devices).flatMap(({ holdfast }) => [
      holdfast.sync.onChange(look),
      holdfast.sync.onStatus(look),
    ]);
    look();
  }

  readonly current = (): TourView => this.view;

  readonly subscribe = (listener: () => void): Unsubscribe => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly show = (isOpen: boolean): void => this.put({ ...this.view.tour, isOpen });

  /** Connects both and begins from the start, with the same two records where that can be. */
  readonly restart = (): void => {
    const { tour } = this.view;
    const isUsable = this.syncs.every((sync) => canBeSceneAgain(sync, tour));
    this.put({ ...newTour(), ...(isUsable && { noteId: tour.noteId, orderId: tour.orderId }) });
    Promise.all(this.syncs.map((sync) => sync.resume())).catch(this.onProblem);
  };

  close(): void {
    window.removeEventListener('storage', this.onStorage);
    this.stops.forEach((stop) => stop());
  }

  private get syncs() {
    return Object.values(this.devices).map(({ holdfast }) => holdfast.sync);
  }

  private factsNow(tour: Tour): Facts {
    return eachOf((person) => factsOf(this.devices[person].holdfast.sync, tour));
  }

  private look(): void {
    const facts = this.factsNow(this.view.tour);
    const tour = advance(this.view.tour, facts);
    const isNews = JSON.stringify(facts) !== JSON.stringify(this.view.facts);
    if (isNews || tour !== this.view.tour) this.change({ tour, facts });
    if (tour.step === 'prepare') this.prepare();
  }

  private put(tour: Tour): void {
    this.change({ tour, facts: this.factsNow(tour) });
    this.look();
  }

  private change(view: TourView): void {
    if (view.tour !== this.view.tour) store(view.tour);
    this.view = view;
    this.listeners.forEach((listener) => listener());
  }

  /** Brings the two records to where a tour begins. What the devices then say starts it. */
  private prepare(): void {
    const { tour, facts } = this.view;
    if (this.isPreparing) return;
    if (facts.ada.isAsked || facts.ben.isAsked) {
      this.run(Promise.all(this.syncs.map((sync) => settleScene(sync, tour))));
    } else if (isAtRest(facts.ada) && isAtRest(facts.ben)) {
      this.begin();
    }
  }

  private begin(): void {
    const { tour, facts } = this.view;
    const { holdfast } = this.devices.ada;
    const start = startOf(holdfast.sync);
    if (start === null) return;
    const { text, lines } = start;
    const isWritten = facts.ada.text === text && facts.ada.lines === lines;
    if (tour.base?.text !== text || tour.base.lines !== lines) this.put({ ...tour, base: { text, lines } });
    else if (!isWritten) this.run(writeScene(holdfast, tour, start.order));
  }

  private run(work: Promise<unknown>): void {
    this.isPreparing = true;
    work.then(
      () => {
        this.isPreparing = false;
        this.look();
      },
      (error: unknown) => {
        // The next news of a device begins another attempt.
        this.isPreparing = false;
        this.onProblem(error);
      },
    );
  }

  /** Another tab went on. */
  private readonly onStorage = ({ key }: StorageEvent): void => {
    const tour = key === STORED ? storedTour() : null;
    if (tour === null || JSON.stringify(tour) === JSON.stringify(this.view.tour)) return;
    this.view = { tour, facts: this.factsNow(tour) };
    this.listeners.forEach((listener) => listener());
    this.look();
  };
}

function newTour(): Tour {
  return {
    noteId: newId(),
    orderId: newId(),
    isOpen: true,
    step: 'prepare',
    lead: 'ada',
    place: 'note',
    base: null,
    isArmed: false,
  };
}

/** Never throws: with a full or forbidden storage the tour is led all the same, and a reload begins another one. */
function store(tour: Tour): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(tour));
  } catch {
    return;
  }
}

function storedTour(): Tour | null {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED) ?? 'null') as Tour | null;
    return stored !== null && (isStep(stored.step) || ['prepare', 'end'].includes(stored.step))
      ? { ...newTour(), ...stored }
      : null;
  } catch {
    return null;
  }
}
