import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SyncError } from '../sync/errors.ts';
import type { DeltaPage, PushAnswer, SyncEngine } from '../sync/model.ts';
import { GRAPHQL_PATH } from './graphql-path.ts';

/** What is asked at the moment of a scrape. */
export interface MetricSources {
  readonly socketCount: () => number;
  readonly pool: () => { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** What this process did, in Prometheus's words. No label holds anything a user chose. */
export interface Metrics {
  /** The same engine, counted and timed. */
  measure<E extends SyncEngine>(engine: E): E;
  /** Times each request, and counts those that were refused before they became an operation. */
  readonly requests: RequestHandler;
  readonly poked: () => void;
  readonly purged: (purged: { readonly tombstones: number; readonly receipts: number }) => void;
  observe(sources: MetricSources): void;
  /** Prometheus's text format. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

/** From a query by key to a page of 5,000 rows on a busy machine. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

/** @param options `process`: adds memory, CPU, event loop and garbage collection, which has a small cost of its own. */
export function createMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const meters = createMeters(registry);
  return {
    measure: (engine) => measuredEngine(engine, meters),
    requests: requestMeter(meters),
    poked: () => meters.pokes.inc(),
    purged: ({ tombstones, receipts }) => {
      meters.purged.inc({ kind: 'tombstone' }, tombstones);
      meters.purged.inc({ kind: 'receipt' }, receipts);
    },
    observe: (sources) => observe(registry, sources),
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

type Meters = ReturnType<typeof createMeters>;

function createMeters(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name, help, labelNames, registers });
  const timer = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Histogram({ name, help, labelNames, buckets: SECONDS, registers });
  return {
    requests: timer('holdfast_http_request_seconds', 'HTTP requests until their end.', 'route', 'status'),
    calls: timer('holdfast_engine_seconds', 'Calls of the engine, their transactions included.', 'call'),
    changes: counter(
      'holdfast_changes_total',
      'Changes pushed, by outcome.',
      ...(['outcome', 'code', 'replayed'] as const),
    ),
    pages: counter('holdfast_delta_pages_total', 'Pages of deltas answered.', 'reset'),
    rows: counter('holdfast_delta_rows_total', 'Records in pages of deltas.'),
    refusals: counter('holdfast_refusals_total', 'Operations and requests refused, by code.', 'code'),
    pokes: counter('holdfast_pokes_total', 'Pokes told to this process, its own included.'),
    purged: counter('holdfast_purged_total', 'What this process purged.', 'kind'),
  };
}

/** What is read off the answers of some calls. */
const READERS: Readonly<Record<string, (meters: Meters, answer: unknown) => void>> = {
  push: countChanges,
  deltas: countPages,
};

function measuredEngine<E extends SyncEngine>(engine: E, meters: Meters): E {
  type Call = (...args: unknown[]) => Promise<unknown>;
  const measured = Object.entries(engine).map(([call, method]): [string, Call] => [
    call,
    async (...args) => {
      const stop = meters.calls.startTimer({ call });
      try {
        const answer = await (method as Call)(...args);
        READERS[call]?.(meters, answer);
        return answer;
      } catch (error) {
        meters.refusals.inc({ code: error instanceof SyncError ? error.code : 'INTERNAL' });
        throw error;
      } finally {
        stop();
      }
    },
  ]);
  return Object.fromEntries(measured) as unknown as E;
}

function countChanges({ changes }: Meters, answer: unknown): void {
  for (const { outcome, error, replayed } of (answer as PushAnswer).results.flat()) {
    changes.inc({ outcome, code: error?.code ?? '', replayed: String(replayed) });
  }
}

function countPages({ pages, rows }: Meters, answer: unknown): void {
  for (const { records, reset } of answer as readonly DeltaPage[]) {
    pages.inc({ reset: String(reset) });
    rows.inc(records.length);
  }
}

function requestMeter({ requests, refusals }: Meters): RequestHandler {
  return (request, response, next) => {
    const route = request.path === GRAPHQL_PATH ? 'graphql' : 'other';
    const stop = requests.startTimer({ route });
    response.once('close', () => {
      stop({ status: response.writableFinished ? String(response.statusCode) : 'aborted' });
      const refused: unknown = response.locals['refusal'];
      if (typeof refused === 'string') refusals.inc({ code: refused });
    });
    next();
  };
}

function observe(registry: Registry, { socketCount, pool }: MetricSources): void {
  const registers = [registry];
  new Gauge({
    name: 'holdfast_sockets',
    help: 'WebSockets that are signed in.',
    registers,
    collect() {
      this.set(socketCount());
    },
  });
  new Gauge({
    name: 'holdfast_pool_connections',
    help: 'Connections to Postgres; waiting: requests that have none yet.',
    labelNames: ['state'],
    registers,
    collect() {
      const { total, idle, waiting } = pool();
      this.set({ state: 'busy' }, total - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}
