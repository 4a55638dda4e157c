import { NotObservable, Violation, expectThat, spell } from './expect.ts';
import { requiredValues } from './sample-values.ts';
import type { Values } from './sample-values.ts';
import { TestDevice } from './test-device.ts';
import type { Place } from './test-device.ts';
import type { TypeShape } from './type-shape.ts';
import { camelCase, dataOf } from './wire.ts';
import type { Actor, Wire, WirePage, WireRecord } from './wire.ts';

/** A type and where its records are made. */
export interface TypeInUse extends TypeShape {
  readonly place: Place;
}

export type Cursors = Readonly<Record<string, string>>;

/** What pulling up to a checkpoint brought. */
export interface Pulled {
  readonly pages: readonly Readonly<Record<string, WirePage>>[];
  /** By type, in the order of delivery. */
  readonly records: Readonly<Record<string, readonly WireRecord[]>>;
  readonly cursors: Cursors;
}

/** A scope with more than this is not downloaded just to look at it. */
const MOST_PAGES = 40;
const MOST_PAGES_LIMIT = 5_000;

export interface WorldParts {
  readonly wire: Wire;
  readonly actor: Actor;
  readonly others: readonly Actor[];
  readonly types: readonly TypeInUse[];
  readonly mutations: readonly string[];
  /** Begins every id that this run makes. */
  readonly run: string;
  /** A token of `actor`'s that ends while the run lasts. */
  readonly endingToken?: string | undefined;
}

/** A server with data in it, two devices to begin with, and ids that nobody has used. */
export class World {
  readonly wire: Wire;
  readonly actor: Actor;
  readonly others: readonly Actor[];
  readonly types: readonly TypeInUse[];
  readonly mutations: readonly string[];
  readonly endingToken: string | undefined;
  readonly #run: string;
  readonly #checkpoints = new Map<string, Promise<Cursors>>();
  readonly #made = new Map<string, { readonly type: TypeInUse; readonly id: string }>();
  #count = 0;

  constructor(parts: WorldParts) {
    this.wire = parts.wire;
    this.actor = parts.actor;
    this.others = parts.others;
    this.types = parts.types;
    this.mutations = parts.mutations;
    this.endingToken = parts.endingToken;
    this.#run = parts.run;
  }

  freshId(): string {
    this.#count += 1;
    return `${this.#run}-${this.#count}`;
  }

  /** An id for a record, which is deleted when the run ends. */
  recordId(type: TypeInUse, shape: (id: string) => string = (id) => id): string {
    const id = shape(this.freshId());
    this.#made.set(id, { type, id });
    return id;
  }

  device(place: Place, offsetMs = 0): TestDevice {
    return new TestDevice(this.wire, { id: this.freshId(), place, offsetMs });
  }

  /** All the records that this run has made, by place and type. */
  made(): readonly { readonly type: TypeInUse; readonly id: string }[] {
    return [...this.#made.values()];
  }

  /** A new record with the values that the type requires, and these. */
  async create(device: TestDevice, type: TypeInUse, values: Values = {}): Promise<WireRecord> {
    const result = await device.change({
      type: type.name,
      id: this.recordId(type),
      values: { ...requiredValues(type), ...values },
    });
    expectThat(result.outcome === 'APPLIED' && result.record !== null, `creating answers ${spell(result)}`);
    return result.record;
  }

  /** One pull of a scope's types. */
  async pull(place: Place, since: Cursors, options: { limit?: number; device?: string } = {}) {
    const cursors = Object.entries(since).map(([type, cursor]) => [`${camelCase(type)}Since`, cursor]);
    const answer = await this.wire.pull(place.actor, {
      scope: place.scope,
      ...options,
      ...Object.fromEntries(cursors),
    });
    return dataOf(answer) as Readonly<Record<string, WirePage>>;
  }

  /** Pulls page after page until a checkpoint. @throws NotObservable when the scope holds too much for that */
  async pullAll(place: Place, since: Cursors, limits: readonly number[] = []): Promise<Pulled> {
    const pages: Readonly<Record<string, WirePage>>[] = [];
    const records: Record<string, WireRecord[]> = {};
    let cursors = since;
    for (;;) {
      const page = await this.pull(place, cursors, { limit: limits[pages.length] ?? MOST_PAGES_LIMIT });
      pages.push(page);
      for (const [type, delta] of Object.entries(page)) (records[type] ??= []).push(...delta.records);
      cursors = cursorsOf(page);
      if (Object.values(page).every(({ hasMore }) => !hasMore)) return { pages, records, cursors };
      if (pages.length === MOST_PAGES) throw new NotObservable(`${place.scope} holds too much to download`);
    }
  }

  /** Cursors at the present head. */
  async checkpoint(place: Place): Promise<Cursors> {
    const key = `${place.actor.id} ${place.scope}`;
    const before = this.#checkpoints.get(key) ?? Promise.resolve({});
    const now = before.then(async (cursors) => (await this.pullAll(place, cursors)).cursors);
    this.#checkpoints.set(key, now);
    return now;
  }

  /** The first type of those in use that shares a place with another one, and that one. */
  neighbours(): readonly [TypeInUse, TypeInUse] {
    for (const first of this.types) {
      const second = this.types.find(({ name, place }) => name !== first.name && isSame(place, first.place));
      if (second !== undefined) return [first, second];
    }
    throw new NotObservable('no two types can be written in one scope');
  }

  /** Another user, and a scope that both may read and the first may write, with a type that lives there. */
  shared(): { readonly other: Actor; readonly type: TypeInUse } {
    for (const type of this.types) {
      const [actor] = [type.place.actor];
      for (const other of this.others.filter(({ id }) => id !== actor.id)) {
        const scope = actor.scopes.find(
          ({ id, access }) => access === 'WRITE' && other.scopes.some((theirs) => theirs.id === id),
        );
        if (scope !== undefined && (type.scope ?? scope.id) === scope.id) {
          return { other, type: { ...type, place: { actor, scope: scope.id } } };
        }
      }
    }
    throw new NotObservable('needs --other-token of a user with whom a scope is shared');
  }

  /** Deletes what the run has made; what cannot be deleted stays. */
  async cleanUp(): Promise<void> {
    for (const type of this.types) {
      const ids = this.made().filter((made) => made.type.name === type.name);
      for (const place of new Set(ids.map((made) => made.type.place))) {
        await this.#delete(
          { ...type, place },
          ids.filter((made) => made.type.place === place),
        );
      }
    }
  }

  async #delete(type: TypeInUse, made: readonly { readonly id: string }[]): Promise<void> {
    const key = `${camelCase(type.name)}Changes`;
    for (let at = 0; at < made.length; at += 500) {
      const ids = made.slice(at, at + 500).map(({ id }) => ({ id, version: 0, deleted: true }));
      const asked = await this.wire.push(type.place.actor, { scope: type.place.scope, [key]: ids });
      const { results } = dataOf(asked)[type.name] as {
        results: readonly { record: WireRecord | null; id: string }[];
      };
      const left = results.flatMap(({ record }) =>
        record === null || record.deletedAt !== null
          ? []
          : [{ id: record.id, version: record.version, deleted: true }],
      );
      if (left.length > 0) {
        await this.wire.push(type.place.actor, { scope: type.place.scope, [key]: left });
      }
    }
  }
}

export function isSame(a: Place, b: Place): boolean {
  return a.actor.id === b.actor.id && a.scope === b.scope;
}

export function cursorsOf(page: Readonly<Record<string, WirePage>>): Cursors {
  return Object.fromEntries(Object.entries(page).map(([type, { cursor }]) => [type, cursor]));
}

/** The page of one type. @throws Violation when it is not answered */
export function pageOf(page: Readonly<Record<string, WirePage>>, type: { readonly name: string }): WirePage {
  const delta = page[type.name];
  if (delta === undefined) throw new Violation(`no delta of ${type.name} was answered`);
  return delta;
}

/** One item of an answer. @throws Violation when it is not there */
export function itemAt<T>(items: readonly T[], at: number): T {
  const item = items[at];
  expectThat(item !== undefined, `number ${at + 1} of the answers is missing`);
  return item;
}
