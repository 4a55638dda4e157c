import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer } from '../test-server.ts';
import type { TestServer } from '../test-server.ts';
import { RULES, runConformance } from './run-conformance.ts';
import type { ConformanceOptions, ConformanceReport, Verdict } from './run-conformance.ts';
import type { SyncDocuments } from './wire.ts';

const schemaFile = (name: string) => readFile(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

/** The rules of which a client sees nothing. */
const UNSEEN = ['R15', 'R29'];

let server: TestServer;
let target: ConformanceOptions;
let report: ConformanceReport;

beforeAll(async () => {
  server = await startTestServer();
  target = {
    url: `${server.url}/graphql`,
    token: await server.tokenFor('ada'),
    otherTokens: [await server.tokenFor('ben'), await server.tokenFor('sam')],
    sdl: await schemaFile('schema.graphql'),
    documents: JSON.parse(await schemaFile('sync-documents.json')) as SyncDocuments,
  };
  report = await runConformance({ ...target, endingToken: await server.tokenFor('ada', { lifetimeS: 14 }) });
}, 600_000);

afterAll(() => server.stop());

function verdictOf({ verdicts }: ConformanceReport, wanted: string): Verdict | undefined {
  return verdicts.find(({ rule }) => rule === wanted);
}

it.each(RULES.filter((rule) => !UNSEEN.includes(rule)))('%s is kept by the API', (rule) => {
  expect(verdictOf(report, rule)).toMatchObject({ verdict: 'passed' });
});

it.each(UNSEEN)('%s is said not to be observable', (rule) => {
  expect(verdictOf(report, rule)).toMatchObject({ verdict: 'not observable' });
});

it('each rule has a verdict and a reason', () => {
  const silent = RULES.filter((rule) => !verdictOf(report, rule)?.reason);
  expect(silent).toEqual([]);
  expect(report.verdicts.filter(({ reason }) => reason === '')).toEqual([]);
});

it('R31 is not observable without a token that ends, and part of R5 never: both say why', async () => {
  const { verdicts } = await runConformance({ ...target, types: ['Note'], rules: ['R31', 'R5'] });
  expect(verdicts).toMatchObject([
    { rule: 'R5', reason: expect.stringContaining('not seen: reset itself takes a purge') as string },
    { rule: 'R31', verdict: 'not observable', reason: expect.stringContaining('--ending-token') as string },
  ]);
});

it.each(['Refusals', 'Limits'])('%s are those of the protocol', (name) => {
  expect(verdictOf(report, name)).toMatchObject({ verdict: 'passed' });
});

it('all types are tried', () => {
  expect(report.leftOut).toEqual([]);
});

it('a run leaves nothing but tombstones, so the next one passes too', async () => {
  const [{ count } = { count: 'none' }] = await server.sql<{ count: string }>(
    "SELECT count(*) AS count FROM note WHERE deleted_at IS NULL AND scope = 'user:ada'",
  );
  expect(Number(count)).toBe(0);
  const { verdicts } = await runConformance({ ...target, types: ['Note'], rules: ['R1', 'R33'] });
  expect(verdicts).toMatchObject([{ verdict: 'passed' }, { verdict: 'passed' }]);
});
