import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json, Router, type RequestHandler, type Response } from 'express';
import { SignJWT } from 'jose';
import type { TokenRules } from '../config.ts';
import { SyncError } from '../sync/errors.ts';
import type { HoldfastEngine } from '../sync/engine.ts';
import type { Access, Values } from '../sync/model.ts';
import { SESSION_COOKIE } from './authentication.ts';
import type { Gate } from './gate.ts';

const TEAM = 'team:demo';
const CATALOG = 'catalog';

/** Who can sign in without a password in demo mode, and what they may do beside what is their own. Sam keeps the shop. */
export const DEMO_ACCOUNTS = [
  { id: 'ada', name: 'Ada', grants: { [TEAM]: 'WRITE', [CATALOG]: 'READ' } },
  { id: 'ben', name: 'Ben', grants: { [TEAM]: 'WRITE', [CATALOG]: 'READ' } },
  { id: 'sam', name: 'Sam', grants: { [TEAM]: 'WRITE', [CATALOG]: 'WRITE' } },
] as const;

const SESSION_S = 7 * 24 * 3600;

/** What seeding needs of the storage. */
export interface Accounts {
  ensureAccount(account: { readonly id: string; readonly name: string }): Promise<void>;
  grant(userId: string, scope: string, access: Access): Promise<void>;
}

/** Makes the demo accounts, each with a scope of its own, and the scopes that they share. Doing it again changes nothing. */
export async function seedDemo(accounts: Accounts): Promise<void> {
  for (const { id, name, grants } of DEMO_ACCOUNTS) {
    await accounts.ensureAccount({ id, name });
    await accounts.grant(id, `user:${id}`, 'WRITE');
    for (const [scope, access] of Object.entries(grants)) {
      await accounts.grant(id, scope, access);
    }
  }
}

/** Records for trying out; what refers to another stands behind it. */
export interface DemoRecords {
  readonly records: readonly {
    readonly scope: string;
    readonly type: string;
    readonly id: string;
    readonly values: Values;
  }[];
}

/** Writes those that were never there: what somebody changed or deleted since stays as it is. */
export async function seedRecords(engine: HoldfastEngine, { records }: DemoRecords): Promise<void> {
  for (const { scope, type, id, values } of records) {
    const scopes = [{ id: scope, access: 'READ' }] as const;
    const viewer = { id: 'server', name: 'server', ownScope: scope, scopes };
    const [known] = await engine.records(viewer, type, [{ scope, id }]);
    // Without a version it creates; it meets a record only if that was deleted, and then the deletion is the later edit.
    if (known === null) await engine.write(scope, [{ type, change: { id, values, editedAt: 0 } }]);
  }
}

/** Rules with a key made for this data folder and kept in it, so that sessions outlive a restart. */
export async function demoTokenRules(dataFolder: string): Promise<TokenRules> {
  const file = join(dataFolder, 'demo-secret');
  await mkdir(dataFolder, { recursive: true, mode: 0o711 });
  const fresh = randomBytes(48).toString('base64url');
  await writeFile(file, fresh, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const secret = await readFile(file, 'utf8');
  return { key: { kind: 'secret', secret }, issuer: 'holdfast-demo', audience: 'holdfast-demo' };
}

/** Signs tokens that the same rules accept. */
export async function signToken(rules: TokenRules, userId: string, lifetimeS: number): Promise<string> {
  if (rules.key.kind !== 'secret') throw new Error('only rules with a secret can sign');
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuer(rules.issuer)
    .setAudience(rules.audience)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeS)
    .sign(new TextEncoder().encode(rules.key.secret));
}

/** `POST /demo/sign-in { account }`, `POST /demo/sign-out`, `GET /demo/session`: for trying out, never in production. */
export function demoRoutes(rules: TokenRules, gate: Gate): Router {
  const router = Router();
  router.post('/demo/sign-in', json({ limit: '1kb' }), async (request, response) => {
    const wanted = (request.body as { readonly account?: unknown } | undefined)?.account;
    const user = DEMO_ACCOUNTS.find((account) => account.id === wanted);
    if (user === undefined)
      throw new SyncError('BAD_INPUT', 'NEVER', 'Send { "account": "ada" }, "ben" or "sam" as JSON.');
    const token = await startSession(response, rules, user.id);
    const known = { id: user.id, name: user.name };
    response.set('cache-control', 'no-store').json({ ...known, user: known, token });
  });
  router.post('/demo/sign-out', (_request, response) => {
    response.clearCookie(SESSION_COOKIE, COOKIE).status(204).end();
  });
  router.get('/demo/session', async (request, response) => {
    const admission = await gate.admitRequest(request).catch(() => null);
    const user = admission && { id: admission.viewer.id, name: admission.viewer.name };
    response.set('cache-control', 'no-store').json({ ...user, user });
  });
  return router;
}

/** Signs a visitor without a session in as the first demo account. */
export function demoVisitor(rules: TokenRules, gate: Gate): RequestHandler {
  return async (request, response, next) => {
    const admission = await gate.admitRequest(request).catch(() => null);
    if (admission === null) await startSession(response, rules, DEMO_ACCOUNTS[0].id);
    next();
  };
}

/** Not `secure`: the demo is served over plain HTTP, to this machine alone. */
const COOKIE = { httpOnly: true, sameSite: 'lax', path: '/' } as const;

async function startSession(response: Response, rules: TokenRules, userId: string): Promise<string> {
  const token = await signToken(rules, userId, SESSION_S);
  response.cookie(SESSION_COOKIE, token, { ...COOKIE, maxAge: SESSION_S * 1000 });
  return token;
}
