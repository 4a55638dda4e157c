/** `npm run conform -- <url> --token <…>`: tries the rules of docs/protocol.md on any server, and prints a verdict for each. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Violation } from './expect.ts';
import { runConformance } from './run-conformance.ts';
import { renderReport } from './render-report.ts';
import type { SyncDocuments } from './wire.ts';

const USAGE = `npm run conform -- <url> --token <token> [options]

  <url>                    the server or its endpoint: http://localhost:4000 or http://localhost:4000/graphql
  --token <token>          of a user who may write in a scope
  --other-token <token>    of another user; may be given several times. Rules about two users need one who shares a
                           scope, types with a scope of their own need one who may write there
  --ending-token <token>   of the first user, ending within 15 s from now: for R31
  --scope <scope>          where records are made. Default: the first scope that the user may write
  --type <Type>            only this type; may be given several times. Default: all of the sync documents
  --rule <rule>            only this rule, such as R12; may be given several times
  --schema <file>          the server's schema in SDL. Default: schema/schema.graphql
  --documents <file>       its sync documents. Default: schema/sync-documents.json

It writes records with fresh ids and deletes them at the end. It exits with 1 when a rule is broken.
`;

const schemaFile = (name: string) => fileURLToPath(new URL(`../../../schema/${name}`, import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    token: { type: 'string' },
    'other-token': { type: 'string', multiple: true },
    'ending-token': { type: 'string' },
    scope: { type: 'string' },
    type: { type: 'string', multiple: true },
    rule: { type: 'string', multiple: true },
    schema: { type: 'string', default: schemaFile('schema.graphql') },
    documents: { type: 'string', default: schemaFile('sync-documents.json') },
  },
});

function endpoint(address: string): string {
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

async function main(): Promise<number> {
  const [address] = positionals;
  if (address === undefined || options.token === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const started = Date.now();
  const report = await runConformance({
    url: endpoint(address),
    token: options.token,
    otherTokens: options['other-token'] ?? [],
    endingToken: options['ending-token'],
    scope: options.scope,
    types: options.type,
    rules: options.rule,
    sdl: await readFile(options.schema, 'utf8'),
    documents: JSON.parse(await readFile(options.documents, 'utf8')) as SyncDocuments,
  });
  process.stdout.write(renderReport(report));
  process.stdout.write(`${((Date.now() - started) / 1_000).toFixed(1)} s\n`);
  return report.verdicts.some(({ verdict }) => verdict === 'FAILED') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Violation)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
