import { isDeepStrictEqual } from 'node:util';
import { startTestServer, type TestServer } from '../../../api/testing/test-server.ts';
import { manifest } from '../../generated/manifest.ts';
import { createHttpTransport } from '../../network/http-transport.ts';
import { systemClock } from '../../network/system-clock.ts';
import type { Json, Values } from '../../sync/manifest.ts';
import type { Transport, TransportRequest } from '../../sync/ports.ts';
import { ReferenceServer, type ServerOptions } from '../../testing/reference-server.ts';
import { teachOrders } from './reference-shop.ts';
import { hashDigests, Symbols } from './symbols.ts';

export type Access = 'READ' | 'WRITE';

/** In the order in which heads lists them. */
export const START: Readonly<Record<string, Readonly<Record<string, Access>>>> = {
  ada: { 'user:ada': 'WRITE', catalog: 'WRITE', 'team:demo': 'WRITE' },
  ben: { 'user:ben': 'WRITE', catalog: 'READ', 'team:demo': 'WRITE' },
};

const RECORDS = ['note', 'notebook', '"order"', 'product', 'setting'];
const TABLES = [
  ...RECORDS,
  ...['counter', 'horizon', 'device', 'receipt', 'sequence'].map((name) => `holdfast.${name}`),
];

/** What both sides said, in the same words. */
export interface Answer {
  readonly data: Json;
  readonly errors: Json;
  readonly extensions: Json;
}

/** The two sides did not say the same. */
export class Disagreement extends Error {
  constructor({ document, ...request }: TransportRequest, real: Answer, reference: Answer) {
    super(
      `the servers disagree about ${document.name} ${JSON.stringify(request)}\n${differences(real as unknown as Json, reference as unknown as Json).join('\n')}`,
    );
  }
}

/** The real API over Postgres and the reference server, asked the same, on one clock that a test sets. */
export class TwinServers {
  private readonly transports: Readonly<Record<string, Transport>>;
  private reference: ReferenceServer;
  private numbers: Map<string, number>;
  private words = { real: new Symbols(), reference: new Symbols() };
  private access: Record<string, Record<string, Access>> = {};

  private constructor(private readonly api: TestServer) {
    this.transports = Object.fromEntries(
      Object.keys(START).map((user) => [user, transportFor(api, user)] as const),
    );
    this.reference = this.newReference();
    this.numbers = teachOrders(this.reference);
  }

  /** The clock of this process has to be a manual one: the API reads it. */
  static async start(): Promise<TwinServers> {
    const api = await startTestServer({ limits: { requestsPerSecond: 1_000_000 } });
    // The reference server has no names for people.
    for (const id of Object.keys(START)) await api.access.ensureAccount({ id, name: id });
    for (const table of TABLES) await api.sql(`CREATE TABLE ${savedOf(table)} AS SELECT * FROM ${table}`);
    return new TwinServers(api);
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  /** Both empty, and everybody's access as at the start. */
  async empty(): Promise<void> {
    await this.asOwner(TABLES.map((table) => `DELETE FROM ${table}`));
    this.reference = this.newReference();
    this.numbers = teachOrders(this.reference);
    this.words = { real: new Symbols(), reference: new Symbols() };
    this.access = {};
    for (const [user, scopes] of Object.entries(START)) {
      for (const [scope, access] of Object.entries(scopes)) await this.setAccess(user, scope, access);
    }
  }

  /** @throws Disagreement */
  async ask(request: TransportRequest, user: string): Promise<Answer> {
    const real = await this.askReal(request, user);
    const reference = this.askReference(request, user);
    if (!isDeepStrictEqual(real, reference)) throw new Disagreement(request, real, reference);
    return real;
  }

  async setAccess(user: string, scope: string, access: Access | null): Promise<void> {
    const own = (this.access[user] ??= {});
    if (access === null) {
      await this.api.access.revoke(user, scope);
      delete own[scope];
    } else {
      await this.api.access.grant(user, scope, access);
      own[scope] = access;
    }
    const ownScope = `user:${user}`;
    const others = Object.entries(own).filter(([id]) => id !== ownScope);
    const listed = others.sort(([a], [b]) => (a < b ? -1 : 1));
    this.reference.access[user] = [
      { id: ownScope, access: 'WRITE' },
      ...listed.map(([id, kind]) => ({ id, access: kind })),
    ];
  }

  /** Tombstones go for good. */
  async purge(): Promise<void> {
    await this.api.retention.purge(0);
    for (const type of Object.keys(manifest.types)) {
      for (const scope of SCOPES) this.reference.purge(type, scope);
    }
  }

  /** Remembers everything; the returned function restores it as from a backup, under a new epoch. */
  async backup(): Promise<() => Promise<void>> {
    await this.asOwner(
      TABLES.flatMap((table) => [
        `DELETE FROM ${savedOf(table)}`,
        `INSERT INTO ${savedOf(table)} SELECT * FROM ${table}`,
      ]),
    );
    const restoreReference = this.reference.backup();
    const numbers = new Map(this.numbers);
    return async () => {
      await this.asOwner([
        ...TABLES.flatMap((table) => [
          `DELETE FROM ${table}`,
          `INSERT INTO ${table} SELECT * FROM ${savedOf(table)}`,
        ]),
        'SELECT holdfast.begin_epoch()',
      ]);
      restoreReference();
      this.numbers.clear();
      for (const [scope, number] of numbers) this.numbers.set(scope, number);
    };
  }

  private newReference(): ReferenceServer {
    const access: ServerOptions['access'] = {};
    return new ReferenceServer({ manifest, now: () => Date.now(), access });
  }

  private async askReal(request: TransportRequest, user: string): Promise<Answer> {
    const { real } = this.words;
    const sent = real.toWords(request as unknown as Json) as unknown as TransportRequest;
    const answer = await this.transports[user]?.send(sent);
    if (answer?.kind !== 'answered' || answer.body === null) {
      throw new Error(`the API did not answer: ${JSON.stringify(answer)}`);
    }
    return spell(real, answer.body as Values);
  }

  private askReference(request: TransportRequest, user: string): Answer {
    const { reference } = this.words;
    const sent = reference.toWords(request as unknown as Json) as unknown as TransportRequest;
    const { data = null, ...rest } = this.reference.answer(sent, user);
    return spell(reference, { data: hashDigests(data), ...rest } as unknown as Values);
  }

  /** One transaction past the guard of the tables. */
  private async asOwner(statements: readonly string[]): Promise<void> {
    const lines = ['BEGIN', `SET LOCAL holdfast.engine = 'on'`, ...statements, 'COMMIT'];
    await this.api.sql(lines.join(';\n'));
  }
}

const SCOPES = [...new Set(Object.values(START).flatMap((scopes) => Object.keys(scopes)))];

function savedOf(table: string): string {
  return `public.saved_${table.replace('holdfast.', '').replaceAll('"', '')}`;
}

function transportFor(api: TestServer, user: string): Transport {
  const tokens = {
    current: () => api.tokenFor(user, { lifetimeS: 86_400 }),
    refresh: () => Promise.resolve(false),
  };
  const { protocol } = manifest;
  return createHttpTransport({ uri: `${api.url}/graphql`, protocol, tokens, clock: systemClock });
}

function spell(symbols: Symbols, { data = null, errors = [], extensions = null }: Values): Answer {
  const { data: told, ...rest } = symbols.toSymbols({ data, errors, extensions }) as unknown as Answer;
  return { data: told, ...rest };
}

/** Where two trees differ: a path, what the API says, what the reference server says. */
function differences(real: Json | undefined, reference: Json | undefined, path = ''): readonly string[] {
  if (isDeepStrictEqual(real, reference)) return [];
  const isTree = (value: Json | undefined): value is Values => typeof value === 'object' && value !== null;
  if (!isTree(real) || !isTree(reference)) {
    return [`  ${path}: ${JSON.stringify(real)} (API), ${JSON.stringify(reference)} (reference)`];
  }
  const keys = [...new Set([...Object.keys(real), ...Object.keys(reference)])];
  return keys.flatMap((key) => differences(real[key], reference[key], `${path}.${key}`));
}
