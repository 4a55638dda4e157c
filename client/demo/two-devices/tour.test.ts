import { expect, test } from 'vitest';
import { advance, isGone, spotOf, tasksOf, type DeviceFacts, type Facts, type Tour } from './tour.ts';

const REST: DeviceFacts = {
  isLoaded: true,
  isCut: false,
  text: 'one',
  lines: '4 × tea',
  isSettled: true,
  isAsked: false,
};
const TOUR: Tour = {
  noteId: 'n',
  orderId: 'o',
  isOpen: true,
  step: 'offline',
  lead: 'ada',
  place: 'note',
  base: { text: 'one', lines: '4 × tea' },
  isArmed: false,
};
const CUT = { isCut: true, isSettled: false } as const;

const facts = (ada: Partial<DeviceFacts> = {}, ben: Partial<DeviceFacts> = {}): Facts => ({
  ada: { ...REST, ...ada },
  ben: { ...REST, ...ben },
});

/** What the tour makes of one state after another. */
const after = (tour: Tour, ...states: readonly Facts[]) => states.reduce(advance, tour);

const doneIn = (tour: Tour, now: Facts) =>
  tour.step === 'prepare' || tour.step === 'end'
    ? []
    : tasksOf(tour, tour.step, now).flatMap(({ id, isDone }) => (isDone ? [id] : []));

test('a tour begins when both devices show its scene, and not before', () => {
  const preparing: Tour = { ...TOUR, step: 'prepare' };
  expect(advance(preparing, facts({}, { text: null, lines: null })).step).toBe('prepare');
  expect(advance(preparing, facts({ text: 'older' }, { text: 'older' })).step).toBe('prepare');
  expect(advance(preparing, facts({ isSettled: false })).step).toBe('prepare');
  expect(advance(preparing, facts()).step).toBe('offline');
});

test('an offline edit is seen when it is made, and done when the other has it', () => {
  const waiting = facts({ ...CUT, text: 'two' });
  const armed = advance(TOUR, waiting);
  expect(doneIn(armed, waiting)).toEqual(['cut', 'leadWrites']);
  const sending = facts({ isSettled: false, text: 'two' });
  expect(doneIn(advance(armed, sending), sending)).toEqual(['cut', 'leadWrites', 'connect']);
  expect(after(armed, sending, facts({ text: 'two' }))).toMatchObject({ step: 'offline' });
  expect(after(armed, sending, facts({ text: 'two' }, { text: 'two' }))).toMatchObject({
    step: 'merge',
    base: { text: 'two' },
    isArmed: false,
  });
});

test('an edit that is taken back before connecting leaves the step undone', () => {
  const back = after(TOUR, facts({ ...CUT, text: 'two' }), facts({ ...CUT, text: 'one' }));
  expect(advance(back, facts())).toMatchObject({ step: 'offline', isArmed: false });
});

test('connected before both have written, the step begins again on what they agree on by then', () => {
  const merging: Tour = { ...TOUR, step: 'merge' };
  const early = after(merging, facts({ ...CUT, text: 'two' }), facts({ text: 'two' }, { text: 'two' }));
  expect(early).toMatchObject({ step: 'merge', base: { text: 'two' } });
  expect(doneIn(early, facts({ ...CUT, text: 'two' }, { text: 'two' }))).toEqual(['cut']);
});

test('a merge takes both edits, in any order, made while the lead is cut off', () => {
  const merging: Tour = { ...TOUR, step: 'merge' };
  const benFirst = facts({ ...CUT }, { text: 'ben' });
  expect(doneIn(advance(merging, benFirst), benFirst)).toEqual(['cut', 'otherWrites']);
  const both = facts({ ...CUT, text: 'ada' }, { text: 'ben' });
  expect(after(merging, benFirst, both, facts({ text: 'both' }, { text: 'both' })).step).toBe('conflict');
});

test('a conflict needs different amounts, leads to the order, and ends with a decision', () => {
  const asking: Tour = { ...TOUR, step: 'conflict' };
  const same = facts({ ...CUT, lines: '5 × tea' }, { lines: '5 × tea' });
  expect(advance(asking, same)).toMatchObject({ isArmed: false, place: 'order' });
  const apart = facts({ ...CUT, lines: '5 × tea' }, { lines: '3 × tea' });
  const met = facts({ lines: '5 × tea', isSettled: false, isAsked: true }, { lines: '3 × tea' });
  const asked = after(asking, apart, met);
  expect(doneIn(asked, met)).toEqual(['cut', 'leadOrders', 'otherOrders', 'connect']);
  expect(spotOf(asked, met)).toEqual({ person: 'ada', part: 'attention' });
  expect(advance(asked, facts({ lines: '3 × tea' }, { lines: '3 × tea' }))).toMatchObject({ step: 'end' });
});

test('whoever is cut off first leads, on either side, and the one who is asked decides', () => {
  const [cut, alone] = [facts({}, CUT), facts({}, { ...CUT, text: 'two' })];
  expect(advance(TOUR, cut)).toMatchObject({ lead: 'ben', isArmed: false });
  expect(spotOf(advance(TOUR, cut), cut)).toEqual({ person: 'ben', part: 'page' });
  const armed = after(TOUR, cut, alone, facts(CUT, { ...CUT, text: 'two' }));
  expect(armed).toMatchObject({ lead: 'ben', isArmed: true });
  expect(after(armed, facts({ text: 'two' }, { text: 'two' })).step).toBe('merge');
  const asking: Tour = { ...TOUR, step: 'conflict', isArmed: true };
  const bensTurn = facts({ lines: '5 × tea' }, { lines: '3 × tea', isSettled: false, isAsked: true });
  expect(spotOf(asking, bensTurn)).toEqual({ person: 'ben', part: 'attention' });
});

test('with both cut off, connecting the lead too early makes the other one the lead', () => {
  const both = facts({ ...CUT, text: 'two' }, CUT);
  const asBen = after({ ...TOUR, step: 'merge' }, both, facts({ text: 'two' }, CUT));
  expect(asBen).toMatchObject({ step: 'merge', lead: 'ben' });
});

test('records that were thrown away or placed are found missing, and those not loaded yet are not', () => {
  expect(isGone(facts())).toBe(false);
  expect(isGone(facts({ lines: null }))).toBe(true);
  expect(isGone(facts({ isLoaded: false, text: null, lines: null }))).toBe(false);
});

test('a state that says nothing new leaves the tour as it is, and a closed one points nowhere', () => {
  expect(advance(TOUR, facts())).toBe(TOUR);
  expect(spotOf({ ...TOUR, isOpen: false }, facts())).toBeNull();
  expect(spotOf(TOUR, facts())).toEqual({ person: 'ada', part: 'switch' });
});
