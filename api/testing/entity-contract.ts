import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EntityDefinition, FieldDefinition } from '../entity/definition.ts';
import type { ChangeInput, ChangeResult, Json, Policy, RecordView, Values, Viewer } from '../sync/model.ts';
import {
  hasReference,
  hasThreeValues,
  isRequired,
  requiredValues,
  sampleValue,
  wrongValue,
} from './sample-values.ts';
import type { TestEngine } from './test-engine.ts';

const TEAM = 'team:contract';
const HOUR_MS = 3_600_000;

/** Whose value an opposed field keeps, by policy, when the edit is the later and when it is the earlier one (R22). */
const KEPT: Readonly<Record<Policy, { readonly later: Side; readonly earlier: Side }>> = {
  lastWriteWins: { later: 'YOURS', earlier: 'THEIRS' },
  merge: { later: 'YOURS', earlier: 'THEIRS' },
  serverWins: { later: 'THEIRS', earlier: 'THEIRS' },
  clientWins: { later: 'YOURS', earlier: 'YOURS' },
  manual: { later: 'UNDECIDED', earlier: 'UNDECIDED' },
};
const OUTCOME = { YOURS: 'MERGED', THEIRS: 'SUPERSEDED', UNDECIDED: 'CONFLICT' } as const;
type Side = keyof typeof OUTCOME;

/**
 * What every synced type owes its devices, by rule: declared once and run for each entity of a list. Values are made
 * from the definitions, so an entity is tested by being listed.
 *
 * @param entities their definitions, as `open` will have them
 * @param open answers one engine that all tests share
 */
export function entityContract(entities: readonly EntityDefinition[], open: () => TestEngine): void {
  describe.each(entities.map((entity) => [entity.name, entity] as const))('%s', (_, entity) => {
    const bench = new Bench(entity, open);
    // Not an enum: a type's rule may know which value follows which.
    const edited = entity.fields.find(
      (field) =>
        field.kind !== 'enum' &&
        field.writable &&
        field.merger === undefined &&
        !hasReference(field) &&
        hasThreeValues(field),
    );
    testChanges(bench);
    testAccess(bench);
    testReferences(bench);
    testCopies(bench);
    for (const field of entity.fields.filter(({ merger }) => typeof merger === 'string')) {
      it(`R22 keeps both edits of ${field.name}`, () => mergesBoth(bench, field));
    }
    if (edited !== undefined) {
      testOpposition(bench, edited);
    }
  });
}

function testChanges(bench: Bench): void {
  const { entity } = bench;

  it('R12 a creation sent twice takes effect once and answers the same', async () => {
    const change = await bench.creation();
    const first = await bench.push(change, { device: 'twice', seq: 1 });
    expect(first).toMatchObject({ outcome: 'APPLIED', replayed: false, error: null });
    const second = await bench.push(change, { device: 'twice', seq: 1 });
    expect(second).toEqual({ ...first, replayed: true });
  });

  it('fills in every default, and nothing else', async () => {
    const { id, values = {} } = await bench.creation();
    const { record } = await bench.push({ id, values });
    for (const { name, default: value = null, writable } of entity.fields) {
      if (writable) {
        expect([name, record?.[name]]).toEqual([name, values[name] ?? value]);
      }
    }
  });

  it('refuses what is missing, of another kind, or not for clients', async () => {
    const { values = {} } = await bench.creation();
    for (const field of entity.fields) {
      const others = Object.fromEntries(Object.entries(values).filter(([name]) => name !== field.name));
      const wrong = wrongValue(field);
      const refused = [
        ...(isRequired(field) ? [others, { ...values, [field.name]: null }] : []),
        ...(wrong === undefined ? [] : [{ ...values, [field.name]: wrong }]),
        ...(field.writable ? [] : [{ ...values, [field.name]: sampleValue(field, 1, () => 'none') }]),
      ];
      for (const each of refused) {
        const { outcome, error, record } = await bench.push({ id: randomUUID(), values: each });
        expect([outcome, error?.code, error?.field, record]).toEqual([
          'REJECTED',
          'BAD_INPUT',
          field.name,
          null,
        ]);
      }
    }
  });

  it('R24 edits of what was never there are GONE, deletes of it have no effect', async () => {
    const id = randomUUID();
    expect(await bench.push({ id, version: 1 })).toMatchObject({ error: { code: 'GONE' }, record: null });
    expect(await bench.push({ id, version: 1, deleted: true })).toMatchObject({
      outcome: 'APPLIED',
      record: null,
    });
  });

  it('R24 a deleted record is read nowhere, and restored by who saw it deleted', async () => {
    const { id, version } = await bench.create();
    const deleted = await bench.push({ id, version, deleted: true });
    expect(deleted).toMatchObject({
      outcome: 'APPLIED',
      record: { deletedAt: expect.any(String) as string },
    });
    expect(await bench.read(id)).toBeNull();
    const restored = await bench.push({ id, version: deleted.record?.version, deleted: false });
    expect(restored).toMatchObject({ outcome: 'APPLIED', record: { deletedAt: null } });
    expect(await bench.read(id)).toEqual(restored.record);
  });
}

function testAccess(bench: Bench): void {
  it('R12 R6 who may not write changes nothing, who may not read sees nothing', async () => {
    const { id, version } = await bench.create();
    for (const user of ['reader', 'stranger']) {
      const viewer = await bench.viewer(user);
      const fresh = await bench.creation();
      for (const change of [fresh, { id, version, deleted: true }]) {
        const { outcome, error } = await bench.push(change, { viewer });
        expect([outcome, error?.code]).toEqual(['REJECTED', 'SCOPE_FORBIDDEN']);
      }
      expect(await bench.read(fresh.id)).toBeNull();
      const seen = await bench.read(id, viewer);
      expect(seen?.id).toBe(user === 'reader' ? id : undefined);
    }
    const stranger = await bench.viewer('stranger');
    await expect(bench.pages(undefined, stranger)).rejects.toMatchObject({ code: 'SCOPE_FORBIDDEN' });
  });

  if (bench.entity.scope !== undefined) {
    it('lives in its one scope only', async () => {
      const change = await bench.creation();
      expect(await bench.push(change, { scope: TEAM })).toMatchObject({ error: { code: 'BAD_INPUT' } });
    });
  }
}

function testReferences(bench: Bench): void {
  for (const field of bench.entity.fields.filter((each) => each.writable && hasReference(each))) {
    it(`R27 ${field.name} has to name what exists`, async () => {
      const { id, values = {} } = await bench.creation();
      const bad = { ...values, [field.name]: sampleValue(field, 1, () => 'nowhere') };
      expect(await bench.push({ id, values: bad })).toMatchObject({
        outcome: 'REJECTED',
        error: { code: 'MISSING_REFERENCE', field: field.name },
        record: null,
      });
      const good = { ...values, [field.name]: await bench.value(field, 1) };
      expect(await bench.push({ id, values: good })).toMatchObject({ outcome: 'APPLIED' });
    });
  }
}

function testCopies(bench: Bench): void {
  it('R1 R33 a copy made of deltas has the digest of the server, and goes on from its cursor', async () => {
    const before = await bench.pages(undefined);
    const kept = await bench.create();
    const gone = await bench.create();
    await bench.push({ id: gone.id, version: gone.version, deleted: true });
    const after = await bench.pages(before.cursor);
    expect(after.records.map(({ id, deletedAt }) => [id, deletedAt !== null])).toEqual([
      [kept.id, false],
      [gone.id, true],
    ]);
    expect(after.records[0]).toEqual(kept);
    const copy = new Map([...before.records, ...after.records].map((record) => [record.id, record]));
    expect(digestOf([...copy.values()])).toEqual(await bench.digest());
    expect(digestOf((await bench.pages(undefined)).records)).toEqual(await bench.digest());
  });
}

function testOpposition(bench: Bench, field: FieldDefinition): void {
  const { policy } = bench.entity;
  const set = async (n: number): Promise<Values> => ({ [field.name]: await bench.value(field, n) });

  it('R20 a stale version with the base that the row holds is no conflict', async () => {
    const { id, version } = await bench.create(await set(0));
    await bench.push({ id, version, base: await set(0), values: await set(1) });
    const edit = await bench.push({ id, version, base: await set(1), values: await set(2) });
    expect(edit).toMatchObject({ outcome: 'APPLIED', conflicts: [], record: await set(2) });
  });

  it.each(['later', 'earlier'] as const)(
    `R22 ${policy} decides an opposed edit that is the %s one`,
    async (when) => {
      const { id, version } = await bench.create(await set(0));
      const at = { later: -1, earlier: 1 }[when] * HOUR_MS - 2 * HOUR_MS;
      const first = { id, version, base: await set(0), values: await set(1), editedAt: Date.now() + at };
      expect(await bench.push(first, { device: 'b' })).toMatchObject({ outcome: 'APPLIED' });
      const second = { ...first, values: await set(2), editedAt: Date.now() - 2 * HOUR_MS };
      const kept = KEPT[policy][when];
      expect(await bench.push(second, { device: 'a' })).toMatchObject({
        outcome: OUTCOME[kept],
        conflicts: [
          {
            field: field.name,
            base: (await set(0))[field.name],
            theirs: (await set(1))[field.name],
            yours: (await set(2))[field.name],
            kept,
          },
        ],
        record: await set(kept === 'YOURS' ? 2 : 1),
      });
    },
  );

  it(`R24 ${policy} decides an edit of a record that another device deleted`, async () => {
    const { id, version } = await bench.create(await set(0));
    await bench.push({ id, version, deleted: true, editedAt: Date.now() - HOUR_MS }, { device: 'b' });
    const edit = { id, version, base: await set(0), values: await set(1) };
    const kept = KEPT[policy].later;
    const result = await bench.push(edit, { device: 'a' });
    expect(result).toMatchObject({ outcome: OUTCOME[kept] });
    expect(result.conflicts[0]).toMatchObject({ field: 'deleted', yours: false, theirs: true, kept });
    expect((await bench.read(id)) !== null).toBe(kept === 'YOURS');
  });
}

/** Base, two edits of it, and what holds of the merged value. */
const MERGES = {
  text: ['one\n\ntwo\n\nthree', 'ONE\n\ntwo\n\nthree', 'one\n\ntwo\n\nTHREE', 'ONE\n\ntwo\n\nTHREE'],
  set: [['a'], ['a', 'b'], ['a', 'c'], ['a', 'b', 'c']],
  counter: [10, 12, 15, 17],
} as const;

async function mergesBoth(bench: Bench, { name, merger }: FieldDefinition): Promise<void> {
  const [base, first, second, both] = MERGES[merger as keyof typeof MERGES];
  const { id, version } = await bench.create({ [name]: base });
  await bench.push({ id, version, base: { [name]: base }, values: { [name]: first } }, { device: 'b' });
  const edit = { id, version, base: { [name]: base }, values: { [name]: second } };
  const { outcome, conflicts, record } = await bench.push(edit, { device: 'a' });
  expect([outcome, conflicts.map(({ kept }) => kept)]).toEqual(['MERGED', ['MERGED']]);
  const merged = record?.[name];
  expect(Array.isArray(merged) ? (merged as string[]).toSorted() : merged).toEqual(both);
}

function digestOf(records: readonly RecordView[]): { readonly count: number; readonly sha256: string } {
  const live = records.filter(({ deletedAt }) => deletedAt === null);
  const lines = live.map(({ id, version }) => `${id}:${version}\n`).sort();
  return { count: live.length, sha256: createHash('sha256').update(lines.join('')).digest('hex') };
}

type Change = Partial<ChangeInput> & { readonly id: string };

interface PushOptions {
  readonly device?: string;
  readonly seq?: number;
  readonly viewer?: Viewer;
  readonly scope?: string;
}

/** One entity under test, and the records that it refers to. */
class Bench {
  private count = 0;
  private seq = 0;
  /** Makes this bench's devices its own. */
  private readonly devices = randomUUID();
  private readonly targets = new Map<string, Promise<string>>();

  constructor(
    readonly entity: EntityDefinition,
    private readonly open: () => TestEngine,
  ) {}

  get scope(): string {
    return this.entity.scope ?? TEAM;
  }

  /** `writer` writes everywhere, `reader` reads everywhere, others have their own scope only. */
  viewer(user: string): Promise<Viewer> {
    const fixed = this.open().entities.flatMap(({ scope }) => (scope === undefined ? [] : [scope]));
    const access = { writer: 'WRITE', reader: 'READ' }[user] as 'READ' | 'WRITE' | undefined;
    const grants = access && Object.fromEntries([TEAM, ...fixed].map((scope) => [scope, access]));
    return this.open().viewer(user, grants ?? {});
  }

  async push(change: Change, options: PushOptions = {}): Promise<ChangeResult> {
    const viewer = options.viewer ?? (await this.viewer('writer'));
    const id = `${options.device ?? 'a'}-${this.devices}`;
    this.seq += 1;
    const seq = options.seq ?? this.seq;
    const device = { id, epoch: undefined, sentAt: Date.now(), acknowledged: 0 };
    const field = {
      type: this.entity.name,
      scope: options.scope ?? this.scope,
      device:
        options.seq === undefined && change.editedAt === undefined && !options.device ? undefined : device,
      changes: [{ ...NOTHING, ...change, seq, payload: payloadOf({ ...change, seq }) }],
    };
    const answer = await this.open().engine.push({ viewer, fields: [field] });
    return answer.results.flat()[0] ?? expect.fail('there is no result');
  }

  /** A change that creates a record of its own, with what is required. */
  async creation(values: Values = {}): Promise<Change> {
    this.count += 1;
    const required = await this.filled((referenceTo) =>
      requiredValues(this.entity.fields, this.count * 10, referenceTo),
    );
    // Long ago, so that edits may be placed between then and now.
    const editedAt = Date.now() - 10 * HOUR_MS;
    return { id: randomUUID(), values: { ...required, ...values }, editedAt };
  }

  async create(values: Values = {}): Promise<RecordView> {
    const { record, error } = await this.push(await this.creation(values));
    return record ?? expect.fail(`the creation was refused: ${JSON.stringify(error)}`);
  }

  value(field: FieldDefinition, n: number): Promise<Json> {
    return this.filled((referenceTo) => sampleValue(field, n, referenceTo));
  }

  async read(id: string, viewer?: Viewer): Promise<RecordView | null> {
    const who = viewer ?? (await this.viewer('writer'));
    const [record] = await this.open().engine.records(who, this.entity.name, [{ scope: this.scope, id }]);
    return record ?? null;
  }

  async digest(): Promise<{ readonly count: number; readonly sha256: string }> {
    const digests = await this.open().engine.digest(await this.viewer('writer'), this.scope);
    const { count, sha256 } =
      digests.find(({ type }) => type === this.entity.name) ?? expect.fail('no digest');
    return { count, sha256 };
  }

  /** All pages from a cursor on, small ones. */
  async pages(since: string | undefined, viewer?: Viewer) {
    const who = viewer ?? (await this.viewer('writer'));
    const records: RecordView[] = [];
    for (let cursor = since; ;) {
      const field = { type: this.entity.name, scope: this.scope, since: cursor, limit: 2, device: undefined };
      const [page] = await this.open().engine.deltas({ viewer: who, fields: [field] });
      if (page === undefined) expect.fail('there is no page');
      records.push(...page.records);
      cursor = page.cursor;
      if (!page.hasMore) return { records, cursor };
    }
  }

  /** Makes values twice: once to learn what they refer to, then with the ids of records that exist. */
  private async filled<T>(make: (referenceTo: (to: Target) => string) => T): Promise<T> {
    const asked: Target[] = [];
    make((target) => {
      asked.push(target);
      return '';
    });
    const ids = new Map<string, string>();
    for (const target of asked) {
      ids.set(target.type, await this.target(target));
    }
    return make(({ type }) => ids.get(type) ?? 'nowhere');
  }

  private target({ type, scope }: Target): Promise<string> {
    const entity = this.open().entities.find(({ name }) => name === type) ?? expect.fail(`no type ${type}`);
    const made = this.targets.get(type) ?? new Bench(entity, this.open).createIn(scope);
    this.targets.set(type, made);
    return made;
  }

  private async createIn(scope: string | undefined): Promise<string> {
    const { record } = await this.push(await this.creation(), { scope: scope ?? this.scope });
    return record?.id ?? expect.fail(`no ${this.entity.name} could be made to refer to`);
  }
}

type Target = NonNullable<FieldDefinition['references']>;

const NOTHING = {
  version: undefined,
  epoch: undefined,
  base: undefined,
  editedAt: undefined,
  group: undefined,
  deleted: undefined,
  values: {},
};

function payloadOf(change: Change): Json {
  return JSON.parse(JSON.stringify(change)) as Json;
}
