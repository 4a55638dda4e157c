import { manifest } from '../../generated/manifest.ts';
import type { Json, TypeManifest, Values } from '../../sync/manifest.ts';
import type { TransportRequest } from '../../sync/ports.ts';
import { pick, randomChange, type Known, type Roll } from './random-change.ts';
import type { Sightings } from './sightings.ts';
import { START, type Answer, type TwinServers } from './twin-servers.ts';

const PLACE = `mutation PlaceOrder($scope: ID, $orderId: ID!) {
  placeOrder(scope: $scope, orderId: $orderId) { id scope version number status total reserved }
}`;
const SHARED = ['team:demo', 'catalog'];
/** Ada's own. */
const STRANGE = 'user:ada';
const TYPES = Object.values(manifest.types);
const CLOCK_OFFSETS_MS = [0, 86_400_000, -300_000];

type Page = {
  readonly cursor: string;
  readonly records: readonly Values[];
  readonly at: { readonly epoch: string };
};

/** What one installation knows of one scope. */
class DeviceScope {
  /** The last number given. */
  seq = 0;
  epoch: string | null = null;
  readonly copies = new Map<string, Known>();
  /** Every cursor it was given, by type. */
  readonly cursors = new Map<string, string[]>();
  readonly sent: TransportRequest[] = [];
}

interface Device {
  readonly id: string;
  readonly user: string;
  readonly clockOffsetMs: number;
  readonly scopes: ReadonlyMap<string, DeviceScope>;
}

/** Requests of a few devices, seeded: what well-behaved ones send, what cloned and broken ones send, and what an operator does. */
export class RandomTraffic {
  private readonly devices: readonly Device[];
  private restore: (() => Promise<void>) | null = null;

  constructor(
    private readonly twins: TwinServers,
    private readonly roll: Roll,
    private readonly seen: Sightings,
  ) {
    this.devices = ['ada', 'ada', 'ben'].map((user, at) => ({
      ...{ id: `device${at}`, user, clockOffsetMs: pick(roll, CLOCK_OFFSETS_MS) },
      scopes: new Map([`user:${user}`, STRANGE, ...SHARED].map((scope) => [scope, new DeviceScope()])),
    }));
  }

  /** Something to order, so that orders have a chance. */
  async begin(): Promise<void> {
    const [device] = this.devices;
    if (device === undefined) return;
    const state = stateOf(device, 'catalog');
    const changes = ['p1', 'p2'].map((id) => {
      const wire = { id, seq: (state.seq += 1), name: id, price: 5, stock: 9 };
      return { type: 'Product', wire };
    });
    await this.send(device, 'catalog', this.pushOf(device, { scope: 'catalog', state, changes }));
  }

  /** One request to both servers, or one thing that an operator does to both. */
  async step(): Promise<void> {
    const device = pick(this.roll, this.devices);
    const scope = this.roll() < 0.02 ? STRANGE : pick(this.roll, [`user:${device.user}`, ...SHARED]);
    const dice = this.roll();
    if (dice < 0.5) return this.push(device, scope);
    if (dice < 0.56) return this.sendAgain(device, scope);
    if (dice < 0.66) return this.place(device, scope);
    if (dice < 0.88) return this.pull(device, scope);
    if (dice < 0.92) return this.look(device, scope);
    return this.operate();
  }

  /** Everything, from the beginning, as everybody sees it. */
  async compareAll(): Promise<void> {
    for (const device of this.devices.slice(1)) {
      for (const scope of device.scopes.keys())
        await this.ask(device, pullOf({ scope, device: device.id, limit: 1_000 }));
      await this.ask(device, requestOf('heads', {}));
    }
  }

  private async push(device: Device, scope: string): Promise<void> {
    const { roll } = this;
    const state = stateOf(device, scope);
    const groups = roll() < 0.25 ? ['g1', 'g1', 'g2'] : [undefined];
    const changes = Array.from({ length: 1 + Math.floor(roll() * 5) }, () => {
      const hand = { roll, scope, seq: this.nextSeq(state), now: Date.now() + device.clockOffsetMs };
      const known = (type: string, id: string) => state.copies.get(`${type} ${id}`);
      const { type, wire } = randomChange({ ...hand, known });
      const group = pick(roll, groups);
      return { type, wire: group === undefined ? wire : { ...wire, group } };
    });
    await this.send(device, scope, this.pushOf(device, { scope, state, changes }));
  }

  /** Mostly the next number; gaps are legal, an old number is not, nor the same one twice. */
  private nextSeq(state: DeviceScope): number {
    const dice = this.roll();
    if (dice < 0.02) return Math.max(1, state.seq - 2);
    if (dice < 0.025) return Math.max(1, state.seq);
    state.seq += dice < 0.1 ? 3 : 1;
    return state.seq;
  }

  private pushOf(
    device: Device,
    { scope, state, changes }: { scope: string; state: DeviceScope; changes: readonly Typed[] },
  ): TransportRequest {
    const { roll } = this;
    const acknowledged = roll() < 0.7 ? 0 : Math.max(0, state.seq - Math.floor(roll() * 8));
    const epoch = state.epoch === null || roll() < 0.2 ? {} : { epoch: state.epoch };
    const sentAt = new Date(Date.now() + device.clockOffsetMs).toISOString();
    const lists = TYPES.map(({ name, single }) => [
      `${single}Changes`,
      changes.filter(({ type }) => type === name).map(({ wire }) => wire),
    ]);
    return requestOf('push', {
      ...{ scope, device: { id: device.id, ...epoch, sentAt, acknowledged } },
      ...{ limit: 1 + Math.floor(roll() * 6), withDelta: roll() < 0.5 },
      ...(Object.fromEntries(lists) as Values),
      ...this.sinceOf(state),
    });
  }

  private async send(device: Device, scope: string, request: TransportRequest): Promise<void> {
    stateOf(device, scope).sent.push(request);
    const answer = await this.ask(device, request);
    this.learn(stateOf(device, scope), answer);
  }

  /** Byte for byte, or another payload under the same numbers, or an epoch left out. */
  private async sendAgain(device: Device, scope: string): Promise<void> {
    const { sent } = stateOf(device, scope);
    if (sent.length === 0) return this.pull(device, scope);
    const request = pick(this.roll, sent.slice(-4));
    this.seen.count('sent again');
    const dice = this.roll();
    if (dice < 0.6) return void (await this.ask(device, request));
    if (dice < 0.8) return void (await this.ask(device, withoutEpoch(request)));
    this.seen.count('altered under a used number');
    await this.ask(device, altered(request));
  }

  private async place(device: Device, scope: string): Promise<void> {
    const { roll } = this;
    const state = stateOf(device, scope);
    const epoch = state.epoch === null || roll() < 0.2 ? {} : { epoch: state.epoch };
    const acknowledged = roll() < 0.7 ? 0 : Math.max(0, state.seq - 3);
    const claim = { device: { id: device.id, ...epoch, acknowledged }, scope, seq: this.nextSeq(state) };
    const variables = { scope, orderId: pick(roll, ['o1', 'o2', 'o3']) };
    const request = { document: { name: 'PlaceOrder', text: PLACE }, variables, claim, viewer: '' };
    await this.send(device, scope, request);
    if (roll() < 0.4) await this.ask(device, request);
  }

  private async pull(device: Device, scope: string): Promise<void> {
    const state = stateOf(device, scope);
    const limit = 1 + Math.floor(this.roll() * 4);
    const answer = await this.ask(
      device,
      pullOf({ scope, device: device.id, limit, ...this.sinceOf(state) }),
    );
    this.learn(state, answer);
  }

  /** Mostly the last cursor; an older one, none, one of another type, and no cursor at all. */
  private sinceOf(state: DeviceScope): Values {
    const { roll } = this;
    return Object.fromEntries(
      TYPES.map(({ name, single }) => {
        const dice = roll();
        const cursors = state.cursors.get(name) ?? [];
        const foreign = state.cursors.get(pick(roll, TYPES).name)?.at(-1);
        const since =
          dice < 0.004
            ? 'nonsense'
            : dice < 0.01
              ? foreign
              : dice < 0.1
                ? pick(roll, [...cursors, null])
                : cursors.at(-1);
        return [`${single}Since`, since ?? null];
      }),
    );
  }

  private async look(device: Device, scope: string): Promise<void> {
    await this.ask(device, this.roll() < 0.5 ? requestOf('heads', {}) : requestOf('digest', { scope }));
  }

  private async operate(): Promise<void> {
    const { roll, twins } = this;
    const dice = roll();
    this.seen.count(dice < 0.3 ? 'purge' : dice < 0.75 ? 'access changed' : 'backup');
    if (dice < 0.3) return twins.purge();
    if (dice < 0.75) {
      const user = pick(roll, Object.keys(START));
      return twins.setAccess(
        user,
        pick(roll, ['team:demo', 'catalog']),
        pick(roll, ['READ', 'WRITE', 'WRITE', null]),
      );
    }
    if (this.restore === null) {
      this.restore = await twins.backup();
      return;
    }
    this.seen.count('restored');
    await this.restore();
    this.restore = null;
  }

  private async ask(device: Device, request: TransportRequest): Promise<Answer> {
    const viewer = this.roll() < 0.005 ? 'somebody' : device.user;
    const answer = await this.twins.ask({ ...request, viewer }, device.user);
    this.seen.answer(answer);
    return answer;
  }

  /** A device that takes what it is given, more or less. */
  private learn(state: DeviceScope, { data }: Answer): void {
    for (const [name, part] of Object.entries((data ?? {}) as Readonly<Record<string, Values>>)) {
      const page = ('cursor' in part ? part : part['delta']) as unknown as Page | null | undefined;
      if (page === null || page === undefined) continue;
      state.cursors.set(name, [...(state.cursors.get(name) ?? []), page.cursor]);
      state.epoch = page.at.epoch;
      for (const record of page.records) {
        if (this.roll() < 0.8)
          state.copies.set(`${name} ${String(record['id'])}`, { record, epoch: page.at.epoch });
      }
    }
  }
}

interface Typed {
  readonly type: string;
  readonly wire: Values;
}

function stateOf({ scopes }: Device, scope: string): DeviceScope {
  const state = scopes.get(scope);
  if (state === undefined) throw new Error(`No device knows ${scope}.`);
  return state;
}

function requestOf(document: 'heads' | 'pull' | 'push' | 'digest', variables: Values): TransportRequest {
  return { document: manifest.documents[document], variables, viewer: '' };
}

function pullOf(variables: Values): TransportRequest {
  return requestOf('pull', variables);
}

function withoutEpoch(request: TransportRequest): TransportRequest {
  const without = <T extends object>(device: T) =>
    Object.fromEntries(Object.entries(device).filter(([name]) => name !== 'epoch')) as T;
  if (request.claim !== undefined) {
    return { ...request, claim: { ...request.claim, device: without(request.claim.device) } };
  }
  const device = without((request.variables['device'] ?? {}) as Values);
  return { ...request, variables: { ...request.variables, device } };
}

/** Each number says something else now. */
function altered(request: TransportRequest): TransportRequest {
  if (request.claim !== undefined) {
    return { ...withoutEpoch(request), variables: { ...request.variables, orderId: 'another' } };
  }
  const lists = TYPES.map(({ single }: TypeManifest) => {
    const changes = (request.variables[`${single}Changes`] ?? []) as readonly Values[];
    return [
      `${single}Changes`,
      changes.map((change) => ({ ...change, deleted: change['deleted'] !== true })),
    ];
  });
  const { variables } = withoutEpoch(request);
  return { ...request, variables: { ...variables, ...(Object.fromEntries(lists) as Record<string, Json>) } };
}
