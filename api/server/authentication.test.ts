import { createServer, IncomingMessage } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
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
  ['another issuer (security 38)', { claims: { iss: 'evil' } }],
  ['no issuer', { claims: { iss: null } }],
  ['another audience (security 38)', { claims: { aud: 'evil' } }],
  ['no audience', { claims: { aud: null } }],
  ['no end (security 37)', { claims: { exp: null } }],
  ['an end in the past (security 37)', { claims: { exp: seconds(-60) } }],
  ['a begin ahead (security 37)', { claims: { nbf: seconds(300) } }],
  ['no subject', { claims: { sub: null } }],
  ['an empty subject', { claims: { sub: '' } }],
  ['another algorithm (security 36)', { algorithm: 'HS512' }],
  ['another secret', { key: new TextEncoder().encode('another secret of thirty-two bytes!!') }],
] as [string, Token][])('a token with %s is refused', async (_, token) => {
  await expect(verify(await sign(token))).rejects.toEqual(refused);
});

test('security 34, 41: an unsigned token is refused, and so is one whose payload was edited', async () => {
  const unsigned = new UnsecuredJWT({}).setSubject('ada').setIssuer('issuer').setAudience('audience');
  await expect(verify(unsigned.setExpirationTime('5m').encode())).rejects.toEqual(refused);
  const [head, payload, signature] = (await sign()).split('.');
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
  const edited = Buffer.from(JSON.stringify({ ...claims, sub: 'ben' })).toString('base64url');
  await expect(verify(`${head}.${edited}.${signature}`)).rejects.toEqual(refused);
});

test('security 35: a token signed with our public key as if it were a secret is refused', async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const pem = await exportSPKI(pair.publicKey);
  const byKey = await createTokenVerifier({ ...RULES, key: { kind: 'publicKey', pem, algorithm: 'RS256' } });
  const right = await sign({ algorithm: 'RS256', key: pair.privateKey });
  await expect(byKey(right)).resolves.toMatchObject({ userId: 'ada' });
  await expect(byKey(await sign({ key: new TextEncoder().encode(pem) }))).rejects.toEqual(refused);
});

/** Serves one key, and counts how often it is asked. */
async function serveKeys(key: CryptoKey, kid: string) {
  const keys = [{ ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' }];
  const served = { count: 0, url: '', close: () => undefined as unknown };
  const server = createServer((_request, response) => {
    served.count += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  served.close = () => server.close();
  return served;
}

test('security 39: an unknown kid, an embedded key and a key address of the token: refused, nothing is fetched there', async () => {
  const [ours, evil] = [
    await generateKeyPair('RS256', { extractable: true }),
    await generateKeyPair('RS256', { extractable: true }),
  ];
  const keys = await serveKeys(ours.publicKey, 'ours');
  const trap = await serveKeys(evil.publicKey, 'evil');
  const byUrl = await createTokenVerifier({
    ...RULES,
    key: { kind: 'jwks', url: keys.url, algorithm: 'RS256' },
  });
  const signed = (header: object, key: CryptoKey) =>
    new SignJWT({ sub: 'ada', iss: 'issuer', aud: 'audience', exp: seconds(300) })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .sign(key);
  await expect(byUrl(await signed({ kid: 'ours' }, ours.privateKey))).resolves.toMatchObject({
    userId: 'ada',
  });
  const jwk = await exportJWK(evil.publicKey);
  for (const header of [
    { kid: 'evil' },
    { kid: 'ours' },
    { kid: 'ours', jwk },
    { jwk },
    { kid: 'evil', jku: trap.url },
    { kid: 'evil', x5u: trap.url },
  ]) {
    await expect(byUrl(await signed(header, evil.privateKey))).rejects.toEqual(refused);
  }
  expect(trap.count).toBe(0);
  expect(keys.count).toBeGreaterThan(0);
  for (const server of [keys, trap]) server.close();
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
  ['an empty header (security 33)', ['authorization', '']],
  ['an empty header beside a good cookie', ['authorization', '', 'cookie', 'holdfast_session=one']],
  ['basic authentication', ['authorization', 'Basic YTpi']],
  ['two headers (security 33)', ['authorization', 'Bearer one', 'authorization', 'Bearer two']],
  ['an empty cookie', ['cookie', 'holdfast_session=']],
])('%s: UNAUTHENTICATED', (_, headers) => {
  expect(() => tokenOf(request(headers))).toThrow(SyncError);
});

test('a public key that is none stops the start', async () => {
  const rules: TokenRules = { ...RULES, key: { kind: 'publicKey', pem: 'nothing', algorithm: 'RS256' } };
  await expect(createTokenVerifier(rules)).rejects.toThrow('HOLDFAST_JWT_PUBLIC_KEY');
});
