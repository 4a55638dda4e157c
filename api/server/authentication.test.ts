import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import type { TokenRules } from '../config.ts';
import { SyncError } from '../sync/errors.ts';
import { createTokenVerifier, tokenOf } from './authentication.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const RULES: TokenRules = { key: { kind: 'secret', secret: SECRET }, issuer: 'issuer', audience: 'audience' };
const verify = await createTokenVerifier(RULES);

interface Token {
  /** Laid over good claims; null takes one away. */
  readonly claims?: Readonly<Record<string, string | number | null>>;
  readonly algorithm?: string;
  readonly key?: Parameters<SignJWT['sign']>[0];
}

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

function sign({ claims, algorithm, key }: Token = {}): Promise<string> {
  const all = { sub: 'ada', iss: 'issuer', aud: 'audience', exp: seconds(300), ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  const jwt = new SignJWT(payload).setProtectedHeader({ alg: algorithm ?? 'HS256' });
  return jwt.sign(key ?? new TextEncoder().encode(SECRET));
}

const refused = expect.objectContaining({ code: 'UNAUTHENTICATED', retry: 'NEVER' });

test('a right token names its user and its end', async () => {
  const identity = await verify(await sign());
  expect(identity.userId).toBe('ada');
  expect(identity.expiresAtMs % 1000).toBe(0);
});

test.each([
  ['another issuer', { claims: { iss: 'evil' } }],
  ['no issuer', { claims: { iss: null } }],
  ['another audience', { claims: { aud: 'evil' } }],
  ['no audience', { claims: { aud: null } }],
  ['no end', { claims: { exp: null } }],
  ['an end in the past', { claims: { exp: seconds(-60) } }],
  ['a begin ahead', { claims: { nbf: seconds(300) } }],
  ['no subject', { claims: { sub: null } }],
  ['an empty subject', { claims: { sub: '' } }],
  ['another algorithm of the same family', { algorithm: 'HS512' }],
  ['another secret', { key: new TextEncoder().encode('another secret of thirty-two bytes!!') }],
] as [string, Token][])('a token with %s is refused', async (_, token) => {
  await expect(verify(await sign(token))).rejects.toEqual(refused);
});

test('an unsigned token is refused, and so is one whose payload was edited', async () => {
  const unsigned = new UnsecuredJWT({}).setSubject('ada').setIssuer('issuer').setAudience('audience');
  await expect(verify(unsigned.setExpirationTime('5m').encode())).rejects.toEqual(refused);
  const [head, payload, signature] = (await sign()).split('.');
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
  const edited = Buffer.from(JSON.stringify({ ...claims, sub: 'ben' })).toString('base64url');
  await expect(verify(`${head}.${edited}.${signature}`)).rejects.toEqual(refused);
});

test('a token signed with our public key as if it were a secret is refused', async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const pem = await exportSPKI(pair.publicKey);
  const byKey = await createTokenVerifier({ ...RULES, key: { kind: 'publicKey', pem, algorithm: 'RS256' } });
  const right = await sign({ algorithm: 'RS256', key: pair.privateKey });
  await expect(byKey(right)).resolves.toMatchObject({ userId: 'ada' });
  await expect(byKey(await sign({ key: new TextEncoder().encode(pem) }))).rejects.toEqual(refused);
});

function request(headers: readonly string[]): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  for (let at = 0; at < headers.length; at += 2) {
    message.rawHeaders.push(headers[at] ?? '', headers[at + 1] ?? '');
    message.headers[headers[at] ?? ''] ??= headers[at + 1];
  }
  return message;
}

test('the bearer token wins over the session cookie', () => {
  expect(tokenOf(request(['cookie', 'a=b; holdfast_session=one']))).toBe('one');
  expect(tokenOf(request(['authorization', 'Bearer two', 'cookie', 'holdfast_session=one']))).toBe('two');
});

test.each([
  ['no header and no cookie', []],
  ['an empty header', ['authorization', '']],
  ['an empty header beside a good cookie', ['authorization', '', 'cookie', 'holdfast_session=one']],
  ['basic authentication', ['authorization', 'Basic YTpi']],
  ['two headers', ['authorization', 'Bearer one', 'authorization', 'Bearer two']],
  ['an empty cookie', ['cookie', 'holdfast_session=']],
])('%s: UNAUTHENTICATED', (_, headers) => {
  expect(() => tokenOf(request(headers))).toThrow(SyncError);
});

test('a public key that is none stops the start', async () => {
  const rules: TokenRules = { ...RULES, key: { kind: 'publicKey', pem: 'nothing', algorithm: 'RS256' } };
  await expect(createTokenVerifier(rules)).rejects.toThrow('HOLDFAST_JWT_PUBLIC_KEY');
});
