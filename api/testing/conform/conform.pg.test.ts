import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer } from '../test-server.ts';
import type { TestServer } from '../test-server.ts';
import { RULES, runConformance } from './run-conformance.ts';
import type { ConformanceOptions, ConformanceReport } from './run-conformance.ts';
import type { SyncDocuments } from './wire.ts';

const schemaFile = (name: string) => readFile(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');

let server: TestServer;
let target: ConformanceOptions;

beforeAll(async () => {
  server = await startTestServer({ demo: true });
  target = {
    url: `${server.url}/graphql`,
    token: await server.tokenFor('ada'),
    otherTokens: [await server.tokenFor('ben'), await server.tokenFor('sam')],
    sdl: await schemaFile('schema.graphql'),
    documents: JSON.parse(await schemaFile('sync-documents.json')) as SyncDocuments,
  };
});

afterAll(() => server.stop());

function withVerdict({ verdicts }: ConformanceReport, wanted: string): readonly string[] {
  return verdicts.filter(({ verdict }) => verdict === wanted).map(({ rule }) => rule);
}

it('the API passes every rule that a client can observe', { timeout: 180_000 }, async () => {
  const report = await runConformance({
    ...target,
    endingToken: await server.tokenFor('ada', { lifetimeS: 12 }),
  });
  expect(report.verdicts.filter(({ verdict }) => verdict === 'FAILED')).toEqual([]);
  expect(withVerdict(report, 'not observable')).toEqual(['R15', 'R29']);
  expect(report.verdicts.map(({ rule }) => rule)).toEqual([...RULES, 'Refusals', 'Limits']);
  expect(report.leftOut).toEqual([]);
});

it('a run leaves nothing but tombstones, so the next one passes too', async () => {
  const [{ count } = { count: 'none' }] = await server.sql<{ count: string }>(
    "SELECT count(*) AS count FROM note WHERE deleted_at IS NULL AND scope = 'user:ada'",
  );
  expect(Number(count)).toBe(0);
  const report = await runConformance({ ...target, types: ['Note'], rules: ['R1', 'R33'] });
  expect(withVerdict(report, 'passed')).toEqual(['R1', 'R33']);
});
