import { expectEqual, expectThat } from './expect.ts';
import type { Values } from './sample-values.ts';
import { camelCase, dataOf } from './wire.ts';
import type { Actor, Answer, Wire, WirePage, WireResult } from './wire.ts';

/** Who writes where. */
export interface Place {
  readonly actor: Actor;
  readonly scope: string;
}

/** A change as a check writes it down. */
export interface Change {
  readonly type: string;
  readonly id: string;
  readonly version?: number;
  readonly base?: Values;
  readonly values?: Values;
  readonly deleted?: boolean;
  readonly group?: string;
  readonly epoch?: string;
  /** Default: the next number. */
  readonly seq?: number;
  /** How long before the push the edit was made, milliseconds. Default: no `editedAt`. */
  readonly agoMs?: number;
}

export interface PushOptions {
  readonly acknowledged?: number;
  readonly epoch?: string;
  /** Asks for the deltas of all types, after these cursors by type. */
  readonly since?: Readonly<Record<string, string>>;
}

/** A push as it was sent, for sending it again. */
export interface Sent {
  readonly variables: Values;
  readonly changes: readonly Change[];
}

export interface Pushed extends Sent {
  readonly epoch: string;
  /** One a change, in the order in which the changes were given. */
  readonly results: readonly WireResult[];
  readonly deltas: Readonly<Record<string, WirePage>>;
}

/** One installation, with a number line and a clock of its own. */
export class TestDevice {
  #seq = 0;

  readonly id: string;
  readonly place: Place;
  readonly #offsetMs: number;

  /** @param offsetMs how far its clock is wrong, milliseconds */
  constructor(
    private readonly wire: Wire,
    { id, place, offsetMs }: { readonly id: string; readonly place: Place; readonly offsetMs: number },
  ) {
    this.id = id;
    this.place = place;
    this.#offsetMs = offsetMs;
  }

  /** The last number given. */
  get seq(): number {
    return this.#seq;
  }

  /** What a push of these changes says; numbers are given now. */
  prepare(changes: readonly Change[], { acknowledged = 0, epoch, since }: PushOptions = {}): Sent {
    const now = Date.now() + this.#offsetMs;
    const spelled = changes.map(({ type, ...change }) => {
      const seq = change.seq ?? this.#seq + 1;
      this.#seq = Math.max(this.#seq, seq);
      return { type, input: spellChange({ ...change, seq }, now) };
    });
    const types = [...new Set(changes.map(({ type }) => type))];
    const cursors = Object.entries(since ?? {}).map(([type, cursor]) => [`${camelCase(type)}Since`, cursor]);
    const variables = {
      scope: this.place.scope,
      device: { id: this.id, sentAt: new Date(now).toISOString(), acknowledged, ...(epoch && { epoch }) },
      withDelta: since !== undefined,
      ...Object.fromEntries(
        types.map((type) => [
          `${camelCase(type)}Changes`,
          spelled.filter((change) => change.type === type).map(({ input }) => input),
        ]),
      ),
      ...Object.fromEntries(cursors),
    };
    return { variables, changes };
  }

  /** Sends exactly this; again, if it was sent before. @throws Violation when the operation is refused */
  async send(sent: Sent): Promise<Pushed> {
    return { ...sent, ...readPush(await this.try(sent), sent.changes) };
  }

  try({ variables }: Sent): Promise<Answer> {
    return this.wire.push(this.place.actor, variables);
  }

  async push(changes: readonly Change[], options: PushOptions = {}): Promise<Pushed> {
    const pushed = await this.send(this.prepare(changes, options));
    for (const { outcome } of pushed.results) this.wire.outcomes.add(outcome);
    return pushed;
  }

  /** Pushes one change and answers its result. */
  async change(change: Change): Promise<WireResult> {
    const { results } = await this.push([change]);
    const [result] = results;
    expectThat(result !== undefined, 'there is no result');
    return result;
  }
}

/** A change as it goes over the wire. */
export function spellChange(change: Omit<Change, 'type'>, now = Date.now()): Values {
  const { values, agoMs, ...rest } = change;
  const editedAt = agoMs === undefined ? {} : { editedAt: new Date(now - agoMs).toISOString() };
  return { ...rest, ...editedAt, ...values };
}

/** Brings the results back into the order of the changes, and checks that each has its own (R11). */
export function readPush(answer: Answer, changes: readonly Change[]): Omit<Pushed, keyof Sent> {
  const data = dataOf(answer) as Readonly<
    Record<string, { epoch: string; results: readonly WireResult[]; delta?: WirePage }>
  >;
  const taken = new Map<string, number>();
  const results = changes.map(({ type, id }) => {
    const at = taken.get(type) ?? 0;
    taken.set(type, at + 1);
    const result = data[type]?.results[at];
    expectThat(result !== undefined, `${type} has fewer results than changes`);
    expectEqual(result.id, id, `the id of result ${at}`);
    return result;
  });
  for (const [type, { results: given }] of Object.entries(data)) {
    expectEqual(given.length, taken.get(type) ?? 0, `the number of results of ${type}`);
  }
  const deltas = Object.entries(data).flatMap(([type, { delta }]) => (delta ? [[type, delta] as const] : []));
  const epoch = Object.values(data)[0]?.epoch ?? '';
  return { epoch, results, deltas: Object.fromEntries(deltas) };
}
