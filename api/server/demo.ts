import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json, Router, type RequestHandler, type Response } from 'express';
import { SignJWT } from 'jose';
import type { TokenRules } from '../config.ts';
import { SyncError } from '../sync/errors.ts';
import type { Access } from '../sync/model.ts';
import { SESSION_COOKIE } from './authentication.ts';
import type { Gate } from './gate.ts';

/** Who can sign in without a password in demo mode. */
export const DEMO_ACCOUNTS = [
  { id: 'ada', name: 'Ada' },
  { id: 'ben', name: 'Ben' },
] as const;

const TEAM = 'team:demo';
const SESSION_S = 7 * 24 * 3600;

/** What seeding needs of the storage. */
export interface Accounts {
  ensureAccount(account: { readonly id: string; readonly name: string }): Promise<void>;
  grant(userId: string, scope: string, access: Access): Promise<void>;
}

/** Makes the demo accounts, each with a scope of its own, and the team that they share. Doing it again changes nothing. */
export async function seedDemo(accounts: Accounts): Promise<void> {
  for (const account of DEMO_ACCOUNTS) {
    await accounts.ensureAccount(account);
    await accounts.grant(account.id, `user:${account.id}`, 'WRITE');
    await accounts.grant(account.id, TEAM, 'WRITE');
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
      throw new SyncError('BAD_INPUT', 'NEVER', 'Send { "account": "ada" } or "ben" as JSON.');
    const token = await startSession(response, rules, user.id);
    response.set('cache-control', 'no-store').json({ ...user, user, token });
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
