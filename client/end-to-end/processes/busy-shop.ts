import { startApiProcess, type ApiProcess } from '../../../api/testing/api-process.ts';
import { graphqlRequest } from '../../../api/testing/graphql-request.ts';
import { startOwnPostgres, type OwnPostgres } from '../../../api/testing/own-postgres.ts';
import { seededRandom } from '../../../api/testing/seeded-random.ts';
import { TcpProxy } from '../../../api/testing/tcp-proxy.ts';
import { openSql, testToken, type TestApi } from '../../../api/testing/test-server.ts';
import type { LogEvent } from '../checker/events.ts';
import { COUNTED, pause, RecordedDevice } from './recorded-device.ts';
import { keepJournal, violationsOf } from './server-log.ts';

/** Ada has two devices; Sam is staff. */
const DEVICES = [
  ['phone', 'ada'],
  ['laptop', 'ada'],
  ['bens', 'ben'],
  ['till', 'sam'],
] as const;
/** By then it never comes. */
const STUCK_MS = 180_000;

export interface BusyShopOptions {
  readonly seed: number;
  /** API processes: 1, or 2 that share the load. */
  readonly apis?: 1 | 2;
  /** Between two writes of a device, on average. Default: 60. */
  readonly pauseMs?: number;
  /** Where Postgres keeps its data. Default: the system's folder for temporary files. */
  readonly dataFolder?: string;
}

interface Parts {
  readonly postgres: OwnPostgres;
  readonly apis: readonly ApiProcess[];
  /** Between the devices and the API, and between the API and Postgres. */
  readonly lines: { readonly toApi: TcpProxy; readonly toPostgres: TcpProxy };
  readonly devices: readonly RecordedDevice[];
  readonly sql: { readonly query: TestApi['sql']; readonly end: () => Promise<void> };
  readonly log: readonly LogEvent[];
}

/** Real API processes over a Postgres of their own, a bad line in front of each, and devices that never rest. */
export class BusyShop {
  readonly random: () => number;
  readonly postgres: OwnPostgres;
  readonly apis: readonly ApiProcess[];
  readonly lines: Parts['lines'];
  readonly devices: readonly RecordedDevice[];
  private readonly log: readonly LogEvent[];
  private readonly sql: Parts['sql'];
  private stopping = new AbortController();
  private working: Promise<unknown> = Promise.resolve();

  private constructor(parts: Parts, seed: number) {
    ({ postgres: this.postgres, apis: this.apis, lines: this.lines } = parts);
    ({ devices: this.devices, log: this.log, sql: this.sql } = parts);
    this.random = seededRandom(seed);
  }

  /** Devices write from the first moment on. */
  static async open({ seed, apis: count = 1, pauseMs = 60, dataFolder }: BusyShopOptions): Promise<BusyShop> {
    const postgres = await startOwnPostgres(dataFolder);
    const toPostgres = await TcpProxy.start({ targetPort: Number(new URL(postgres.url).port) });
    const database = new URL(postgres.url);
    database.port = String(toPostgres.port);
    const settings = { HOLDFAST_REQUESTS_PER_SECOND: '100000' };
    const apis: ApiProcess[] = [];
    // One after the other: the first one makes the tables.
    while (apis.length < count)
      apis.push(await startApiProcess({ demo: true, databaseUrl: database.href, settings }));
    const toApi = await TcpProxy.start({ targetPort: 0 });
    toApi.route(apis.map(({ port }) => port));
    const sql = openSql(postgres.url);
    await makeCounted(apis);
    await keepJournal(sql.query);
    const log: LogEvent[] = [];
    const devices = DEVICES.map(
      ([name, user], at) =>
        new RecordedDevice({
          ...{ name, user, url: toApi.url, getToken: () => testToken(user) },
          ...{ random: seededRandom(seed + at + 1), tell: (event) => void log.push(event), pauseMs },
        }),
    );
    const parts = { postgres, apis, lines: { toApi, toPostgres }, devices, sql, log };
    const shop = new BusyShop(parts, seed);
    for (const device of devices) await device.open();
    // What the first page brings is there before anybody writes.
    await shop.until('the first download', () => devices.every((device) => device.isSettled));
    shop.begin();
    return shop;
  }

  /** Everybody works, until `settle`. */
  begin(): void {
    this.stopping = new AbortController();
    this.working = Promise.all(this.devices.map((device) => device.work(this.stopping.signal)));
    // Told by whoever waits next.
    this.working.catch(() => undefined);
  }

  /** Writes that were accepted so far. */
  get accepted(): number {
    return this.devices.reduce((sum, { accepted }) => sum + accepted.all, 0);
  }

  /** Returns while a request is under way on that line, a random moment after one began. */
  async untilUnderWay(line: 'toApi' | 'toPostgres'): Promise<void> {
    await pause(this.random() * 40);
    await this.until(`a request on the line ${line}`, () => this.lines[line].awaiting > 0);
  }

  /** Postgres has begun to refuse what somebody sends. */
  untilRefused(): Promise<void> {
    return this.until('a request to be refused', () =>
      this.devices.some(({ sync }) => sync.status().error !== null),
    );
  }

  /** The devices rest, and everything that they accepted is settled (I16); throws with what each of them says when it is not. */
  async settle(): Promise<void> {
    this.stopping.abort();
    await this.working;
    await this.until('every device to be settled', () => this.devices.every((device) => device.isSettled));
    // A connection may end under one request.
    for (const { sync } of this.devices) await sync.catchUp().catch(() => sync.catchUp());
  }

  /** R33: scopes in which a device holds something else than Postgres. */
  async differing(): Promise<readonly string[]> {
    const found = this.devices.map(async ({ name, sync }) => {
      let checks = await sync.verify();
      // Nothing was compared while something is under way.
      for (let tries = 5; tries > 0 && checks.some(({ outcome }) => outcome === 'notNow'); tries--)
        checks = await sync.verify();
      return checks
        .filter(({ outcome }) => outcome !== 'same')
        .map((one) => `${name}: ${JSON.stringify(one)}`);
    });
    return (await Promise.all(found)).flat();
  }

  /** What the checker says of all that happened so far. */
  async violations(): Promise<readonly string[]> {
    for (const device of this.devices) device.lookAtAll();
    const [api] = this.apis;
    return api === undefined ? [] : violationsOf(api, this.sql.query, this.log);
  }

  /** How often the counted product was counted, on the server and by those who counted. */
  async counted(): Promise<{ readonly server: unknown; readonly devices: number }> {
    const [row] = await this.sql.query('SELECT stock FROM product WHERE id = $1', [COUNTED.id]);
    const devices = this.devices.reduce((sum, { accepted }) => sum + accepted.counted, 0);
    return { server: row?.['stock'], devices };
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + STUCK_MS;
    while (!holds()) {
      await pause(2);
      if (performance.now() < deadline && this.apis.length > 0) continue;
      const said = this.devices.map(
        ({ name, sync }) =>
          `${name}: ${JSON.stringify(sync.status())} failed: ${JSON.stringify(sync.failed())}`,
      );
      const outputs = this.apis.map(({ output }) => output().slice(-2_000));
      throw new Error(`Waited in vain for ${what}.\n${said.join('\n')}\n${outputs.join('\n')}`);
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const line of Object.values(this.lines)) line.restore();
    for (const device of this.devices) await device.close();
    await this.sql.end();
    for (const line of Object.values(this.lines)) await line.stop();
    for (const api of this.apis) await api.kill().then(() => api.stop());
    await this.postgres.remove();
  }
}

async function makeCounted(apis: readonly ApiProcess[]): Promise<void> {
  const [api] = apis;
  if (api === undefined) return;
  const change = `{ id: "${COUNTED.id}", name: "Counted", price: 1, stock: 0 }`;
  const { text } = await graphqlRequest(api, {
    query: `mutation { upsertProducts(scope: "catalog", changes: [${change}]) { results { outcome } } }`,
    token: await testToken('sam'),
  });
  if (!text.includes('APPLIED')) throw new Error(text);
}
