import { expect, test } from 'vitest';
import { check } from './check.ts';
import type { DeviceFact, LogEvent, RecordAt, RowStored, ServerEvent } from './events.ts';

const SCOPE = 'team';
const note = (version: number, title: string, deleted = false): RecordAt => {
  return { type: 'Note', id: 'n1', version, deleted, values: { title, stars: 1 } };
};
const server = (event: ServerEvent): LogEvent => event;
const stored = (record: RecordAt, more: Partial<RowStored> = {}): LogEvent =>
  server({ source: 'server', kind: 'stored', epoch: 'e1', scope: SCOPE, ...record, ...more });
const executed = (seq: number, more: Partial<Extract<ServerEvent, { kind: 'executed' }>> = {}): LogEvent =>
  server({
    ...{ source: 'server', kind: 'executed', epoch: 'e1', scope: SCOPE, line: 'l1', seq },
    ...{ outcome: 'APPLIED', head: 2, position: 2 },
    ...more,
  });
const on = (device: string, ...facts: readonly DeviceFact[]): readonly LogEvent[] =>
  facts.map((fact) => ({ source: 'device', device, ...fact }));
const checkpoint = (position: number, ...records: readonly RecordAt[]): DeviceFact => {
  return { kind: 'checkpoint', scope: SCOPE, epoch: 'e1', position, records };
};
const shown = (record: RecordAt, tab = 't1'): DeviceFact => {
  return { kind: 'shown', tab, scope: SCOPE, records: [{ ...record, state: 'SYNCED' }] };
};
const placed = (place: Extract<DeviceFact, { kind: 'placed' }>['place'], code?: string): DeviceFact => {
  const record = { type: 'Note', id: 'n1' };
  return {
    kind: 'placed',
    change: 'c1',
    place,
    scope: SCOPE,
    record,
    ...(code === undefined ? {} : { code }),
  };
};
const numbered = (seq = 1, payload = '{}', change = 'c1'): DeviceFact => {
  return { kind: 'numbered', change, line: 'l1', scope: SCOPE, seq, payload };
};
const listed = (...changes: readonly string[]): DeviceFact => {
  return { kind: 'listed', listed: changes.map((change) => ({ change, place: 'pending' })) };
};
const begun = (title: string): DeviceFact => {
  return { kind: 'begun', tab: 't1', write: 'w1', scope: SCOPE, type: 'Note', id: 'n1', values: { title } };
};
const queued: DeviceFact = { kind: 'queued', write: 'w1', change: 'c1' };

/** One write, from the app to the server and back. */
const GOOD: readonly LogEvent[] = [
  stored(note(1, 'a')),
  stored(note(2, 'b'), { named: ['title'] }),
  executed(1),
  ...on(
    'd1',
    { kind: 'opened', tab: 't1' },
    checkpoint(1, note(1, 'a')),
    begun('b'),
    placed('pending'),
    queued,
    numbered(),
    checkpoint(1, note(2, 'b')),
    placed('confirmed'),
    shown(note(2, 'b')),
    checkpoint(2, note(2, 'b')),
    listed(),
  ),
  ...on('d2', checkpoint(2, note(2, 'b')), listed()),
];

test('a log in which everything holds shows nothing', () => {
  expect(check(GOOD)).toEqual([]);
});

/** A write of a field, joined to the change c1. */
const joined = (write: string, from: string, to: string): readonly DeviceFact[] => [
  { ...begun(to), write, base: { title: from } } as DeviceFact,
  { kind: 'queued', write, change: 'c1' },
];
const inGroup = (seq: number): readonly DeviceFact[] => {
  const change = `c${seq}`;
  const record = { type: 'Note', id: `n${seq}` };
  return [
    { kind: 'placed', change, place: 'pending', scope: SCOPE, record },
    numbered(seq, '{"group":"g"}', change),
  ];
};
const later = (type: string, payload: string): readonly DeviceFact[] => [
  { kind: 'placed', change: 'c2', place: 'pending', scope: SCOPE, record: { type, id: 'n1' } },
  numbered(2, payload, 'c2'),
];

/** Made and deleted before it was sent, in one change that the server took. */
const made = (executed: LogEvent): readonly LogEvent[] => [
  executed,
  ...on(
    'd3',
    { ...begun('x'), id: 'n7' } as DeviceFact,
    { kind: 'placed', change: 'c1', place: 'pending', scope: SCOPE, record: { type: 'Note', id: 'n7' } },
    queued,
    numbered(3, '{"title":"x","deleted":true}'),
    placed('confirmed'),
    listed(),
  ),
];

/** All that a page shows. */
const NOTHING: DeviceFact = { kind: 'shown', tab: 't1', scope: SCOPE, records: [], isAll: true };

const BROKEN: readonly (readonly [string, string, readonly LogEvent[]])[] = [
  ['I4', 'a record that the device lacks at a checkpoint', on('d3', checkpoint(2))],
  ['I4', 'an older state than the one that stood there', on('d3', checkpoint(2, note(1, 'a')))],
  ['I4', 'values that never were', on('d3', checkpoint(2, note(2, 'x')))],
  ['I4', 'a record above the checkpoint that is not its own', on('d3', checkpoint(1, note(2, 'b')))],
  ['I4', 'a checkpoint above the head', on('d3', checkpoint(3, note(2, 'b')))],
  ['I4', 'a state shown that never was', on('d3', shown(note(2, 'x')))],
  ['I4', 'a version shown that never was', on('d3', shown(note(7, 'x')))],
  ['I5', 'a read that goes back', on('d3', shown(note(2, 'b')), shown(note(1, 'a')))],
  [
    'I5',
    'a page that begins behind what another one of the device showed',
    on('d3', shown(note(2, 'b')), { kind: 'opened', tab: 't2' }, shown(note(1, 'a'), 't2')),
  ],
  [
    'I5',
    'an own write that is not shown',
    on('d3', begun('mine'), placed('pending'), queued, shown(note(1, 'a')), listed('c1')),
  ],
  ['I5', 'a record that was shown and is not among all', on('d3', shown(note(2, 'b')), NOTHING)],
  ['I5', 'an own write that is not among all', on('d3', begun('x'), placed('pending'), queued, NOTHING)],
  ['I7', 'a number that takes effect twice', [executed(1)]],
  [
    'I7',
    'a number that takes effect again although the restored backup holds it',
    [
      server({ source: 'server', kind: 'epochBegan', epoch: 'e2', from: 'e1', heads: { [SCOPE]: 2 } }),
      executed(1, { epoch: 'e2' }),
    ],
  ],
  [
    'I9',
    'another payload under the same number',
    on('d3', placed('pending'), numbered(), numbered(1, '{"x":1}')),
  ],
  ['I9', 'a sent change under a second number', on('d3', placed('pending'), numbered(), numbered(2))],
  ['I10', 'a lower number after a higher one', [executed(3), executed(2)]],
  ['I12', 'a change that is gone', on('d3', placed('pending'), placed('gone'), listed())],
  ['I12', 'a change that nobody lists', on('d3', placed('pending'), listed())],
  [
    'I12',
    'a change that a power cut took after it was answered QUEUED',
    on('d3', begun('x'), placed('pending'), queued, { kind: 'rolledBack' }, placed('undone'), listed()),
  ],
  ['I12', 'a change that comes back', on('d3', placed('pending'), placed('lost'), placed('pending'))],
  ['I12', 'a listed change that nobody made', on('d3', listed('c9'))],
  ['I12', 'QUEUED before anything was stored', on('d3', begun('x'), queued)],
  [
    'I12',
    'a change said to be confirmed that the server never had',
    on('d3', placed('pending'), numbered(9), placed('confirmed')),
  ],
  [
    'I12',
    'a change said to be refused that the server took',
    on('d3', placed('pending'), numbered(1), placed('failed', 'SCOPE_FORBIDDEN')),
  ],
  [
    'I3',
    'a scope that goes back to an epoch that is over',
    on(
      'd3',
      { kind: 'epochStored', scope: SCOPE, epoch: 'e2' },
      { kind: 'epochStored', scope: SCOPE, epoch: 'e1' },
    ),
  ],
  [
    'I5',
    'an own change that was sent, is in no copy yet and is not shown',
    on('d3', begun('mine'), placed('pending'), queued, numbered(9), {
      ...shown(note(1, 'a')),
      records: [{ ...note(1, 'a'), state: 'PENDING' }],
    } as DeviceFact),
  ],
  [
    'I6',
    'an own change shown over the copy that holds it',
    on('d3', placed('pending'), numbered(), {
      ...shown(note(2, 'b')),
      records: [{ ...note(2, 'twice'), state: 'PENDING' }],
    } as DeviceFact),
  ],
  [
    'I7',
    'a number given by a tab that does not lead any more',
    on('d3', placed('pending'), { kind: 'led', tab: 't1' }, { kind: 'led', tab: 't2' }, {
      ...numbered(),
      tab: 't1',
    } as DeviceFact),
  ],
  ['I8', 'a line of numbers given up without a reason', on('d3', { kind: 'renamed', unknown: [] })],
  [
    'I11',
    'a group that takes effect in part',
    [executed(3), executed(4, { outcome: 'CONFLICT' }), ...on('d3', ...inGroup(3), ...inGroup(4))],
  ],
  [
    'I11',
    'a group that takes two transactions',
    [executed(3), executed(4, { head: 3 }), ...on('d3', ...inGroup(3), ...inGroup(4))],
  ],
  [
    'I12',
    'a write that was answered with a change which does not carry it',
    on(
      'd3',
      placed('pending'),
      ...joined('w1', 'a', 'b'),
      ...joined('w2', 'b', 'c'),
      numbered(1, '{"title":"b"}'),
    ),
  ],
  [
    'I12',
    'a record that was made, accepted, and is nowhere',
    made(
      server({
        ...{ source: 'server', kind: 'executed', epoch: 'e1', scope: SCOPE, line: 'l1', seq: 3 },
        ...{ outcome: 'APPLIED', head: 2 },
      }),
    ),
  ],
  [
    'I12',
    'a superseded change that no list shows',
    on('d3', placed('pending'), numbered(), { ...placed('superseded'), isListed: false } as DeviceFact),
  ],
  [
    'I13',
    'a settled change that is open again after the power was lost',
    on('d3', placed('pending'), numbered(), placed('confirmed'), { kind: 'rolledBack' }, placed('pending')),
  ],
  [
    'I15',
    'a change that overtakes a refused one of its record',
    on('d3', placed('pending'), numbered(), placed('failed', 'RULE_VIOLATED'), ...later('Note', '{}')),
  ],
  [
    'I15',
    'a change that names what was not created',
    on(
      'd3',
      placed('pending'),
      numbered(),
      placed('failed', 'RULE_VIOLATED'),
      ...later('Card', '{"noteId":"n1"}'),
    ),
  ],
  ['I17', 'two devices that differ at one place', on('d3', checkpoint(2, note(2, 'c')))],
  ['I18', 'a position given out twice', [stored(note(2, 'c'))]],
  [
    'I18',
    'two writes joined of which neither was made on the other',
    on(
      'd3',
      placed('pending'),
      ...joined('w1', 'a', 'b'),
      ...joined('w2', 'a', 'c'),
      numbered(1, '{"title":"c"}'),
    ),
  ],
  ['I18', 'a field altered that nobody named', [stored({ ...note(3, 'x') }, { named: ['stars'] })]],
];

test.each(BROKEN)('%s %s is found', (invariant, _, more) => {
  const references = new Map([['Card.noteId', 'Note']]);
  const found = check([...GOOD, ...more], { references }).map((violation) => violation.invariant);
  expect(found).toContain(invariant);
});

test('I5 what a person may see less of after a restored backup is not held against the device', () => {
  const restored = server({
    source: 'server',
    kind: 'epochBegan',
    epoch: 'e2',
    from: 'e1',
    heads: { [SCOPE]: 1 },
  });
  const log = [...GOOD, restored, ...on('d1', shown(note(1, 'a')))];
  expect(check(log)).toEqual([]);
});

test('I12 I18 writes that were made one on the other may join, and what is back at its base is not sent', () => {
  const good = on('d3', placed('pending'), ...joined('w1', 'a', 'b'), ...joined('w2', 'b', 'c'));
  const undone = on('d4', placed('pending'), ...joined('w1', 'a', 'b'), ...joined('w2', 'b', 'a'));
  const sent = [...on('d3', numbered(1, '{"title":"c"}')), ...on('d4', numbered(1, '{"stars":2}'))];
  const ends = [...on('d3', listed('c1')), ...on('d4', listed('c1'))];
  expect(check([...GOOD, ...good, ...undone, ...sent, ...ends])).toEqual([]);
});

test('I5 what somebody deleted need not be among all', () => {
  const deleted = stored(note(3, 'b', true), { named: ['deleted'] });
  expect(check([...GOOD, deleted, ...on('d3', shown(note(2, 'b')), NOTHING)])).toEqual([]);
});

test('I12 a write of which nobody heard the end excuses what it may be in, and nothing else', () => {
  const unheard = { ...begun('c'), write: 'w2', base: { title: 'b' } } as DeviceFact;
  const found = (sent: string): readonly string[] => {
    const facts = [placed('pending'), ...joined('w1', 'a', 'b'), unheard, listed('c1')];
    const after = [
      { ...placed('pending'), change: 'c2' } as DeviceFact,
      ...joined('w3', 'c', 'd').map((fact) => (fact.kind === 'queued' ? { ...fact, change: 'c2' } : fact)),
    ];
    const numbers = [numbered(1, '{"title":"c"}'), numbered(2, sent, 'c2')];
    return check([...GOOD, ...on('d3', ...facts, ...after, ...numbers)]).map(({ invariant }) => invariant);
  };
  expect(found('{"title":"d"}')).toEqual([]);
  expect(found('{"title":"c"}')).toEqual(['I12']);
});

test('I12 what a person discards may go, and OUTCOME_UNKNOWN is honest', () => {
  const discard = on('d3', placed('pending'), { kind: 'decided', target: 'c1' }, placed('gone'), listed());
  const unknown = on('d4', placed('pending'), numbered(1), placed('failed', 'OUTCOME_UNKNOWN'));
  expect(check([...GOOD, ...discard, ...unknown])).toEqual([]);
});

test('I12 what a power cut takes before its write is answered is no loss', () => {
  const cut = on('d3', begun('x'), placed('pending'), { kind: 'rolledBack' }, placed('undone'), listed());
  expect(check([...GOOD, ...cut])).toEqual([]);
});

test('I8 a line is given up when a number that the server kept failing at was passed over, and for no other', () => {
  const failed: DeviceFact = { kind: 'serverFailed', line: 'l1', scope: SCOPE, seqs: [3] };
  const renewed: DeviceFact = { kind: 'renamed', unknown: ['c1'] };
  const end = [renewed, placed('failed', 'OUTCOME_UNKNOWN')];
  const log = (failures: number, taken: readonly number[], seq = 3): readonly LogEvent[] => [
    ...taken.map((one) => executed(one)),
    ...on('d3', placed('pending'), numbered(seq), ...Array.from({ length: failures }, () => failed), ...end),
  ];
  const found = (...run: Parameters<typeof log>) =>
    check([...GOOD, ...log(...run)]).map(({ invariant }) => invariant);
  expect(found(8, [5])).not.toContain('I8');
  // What builds on it is passed over with it.
  expect(found(8, [5], 4)).not.toContain('I8');
  expect(found(8, [5], 2)).toContain('I8');
  expect(found(7, [5])).toContain('I8');
  expect(found(0, [5])).toContain('I8');
  expect(found(8, [3, 5])).toContain('I8');
  expect(found(8, [3, 5], 4)).toContain('I8');
  expect(found(8, [])).toContain('I8');
});

test('I5 what a person decides while an own edit waits may be shown instead of it, and nothing else', () => {
  const decision: DeviceFact = { kind: 'decided', target: { type: 'Note', id: 'n1', scope: SCOPE } };
  const carries = (title: string, change = 'c2'): DeviceFact => {
    return { ...placed('pending'), change, values: { title } } as DeviceFact;
  };
  const edit = [begun('mine'), carries('mine', 'c1'), queued];
  const found = (...more: readonly DeviceFact[]): readonly string[] => {
    const records = [{ ...note(2, 'decided'), state: 'PENDING' as const }];
    const facts = [...edit, ...more, { kind: 'shown', tab: 't1', scope: SCOPE, records } as const];
    return check([...GOOD, ...on('d3', ...facts)]).map(({ invariant }) => invariant);
  };
  expect(found(decision, carries('decided'))).not.toContain('I5');
  expect(found(placed('failed', 'RULE_VIOLATED'), carries('decided', 'c1'))).not.toContain('I5');
  expect(found(decision, carries('something else'))).toContain('I5');
  expect(found(decision)).toContain('I5');
  expect(found(carries('decided'))).toContain('I5');
  expect(found()).toContain('I5');
});

test('I5 edits that joined and lead back to where the first began leave their field to whatever is there', () => {
  const log = (second: string): readonly string[] => {
    const write = (name: string, from: string, title: string): readonly DeviceFact[] => [
      { ...begun(title), write: name, base: { title: from } } as DeviceFact,
      { ...queued, write: name } as DeviceFact,
    ];
    const records = [{ ...note(2, 'b'), state: 'PENDING' as const }];
    const show: DeviceFact = { kind: 'shown', tab: 't1', scope: SCOPE, records };
    const facts = [placed('pending'), ...write('w1', 'mine', 'other'), ...write('w2', 'other', second), show];
    return check([...GOOD, ...on('d3', ...facts)]).map(({ invariant }) => invariant);
  };
  expect(log('mine')).not.toContain('I5');
  expect(log('third')).toContain('I5');
});

test('I12 what joins a refused change that is sent again goes out under its next number', () => {
  const write = { ...begun('later'), base: { title: 'b' } } as DeviceFact;
  const again = [placed('failed', 'RULE_VIOLATED'), placed('pending')];
  const found = (...refused: readonly DeviceFact[]): readonly string[] => {
    const first = numbered(9, JSON.stringify({ id: 'n1', title: 'first' }));
    const facts = [placed('pending'), first, ...refused, write, queued];
    return check([...GOOD, ...on('d3', ...facts)]).map(({ invariant, message }) => `${invariant} ${message}`);
  };
  const isCarried = /I12 d3: c1 carries title/;
  expect(found(...again).filter((line) => isCarried.test(line))).toEqual([]);
  expect(found().filter((line) => isCarried.test(line))).toHaveLength(1);
});

test('I11 on a line that clones share a group is judged by its own ends, not by an operation of the other one', () => {
  const found = (payload: Pick<Parameters<typeof executed>[1] & object, 'payload'>): readonly string[] => {
    const ends = [
      executed(3, { payload: '{"group":"g"}' }),
      executed(4, { outcome: 'CONFLICT', ...payload }),
    ];
    const clone: DeviceFact = { kind: 'cloned', from: 'd1', line: 'l1' };
    const log = [...ends, ...on('d3', clone, ...inGroup(3), ...inGroup(4))];
    return check([...GOOD, ...log]).map(({ invariant }) => invariant);
  };
  expect(found({ payload: '{"group":"g"}' })).toContain('I11');
  expect(found({})).not.toContain('I11');
});
