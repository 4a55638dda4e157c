import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const TOKENS = { HOLDFAST_JWT_SECRET: SECRET, HOLDFAST_JWT_ISSUER: 'us', HOLDFAST_JWT_AUDIENCE: 'them' };

const refusal = (environment: Record<string, string>, argv: string[] = []): string => {
  try {
    readConfig(environment, argv);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
};

test('an empty environment is refused: without a key nobody can be told apart', () => {
  expect(refusal({})).toContain('HOLDFAST_JWT_SECRET');
  expect(refusal({ NODE_ENV: 'development' })).toContain('HOLDFAST_JWT_SECRET');
});

test('a configured server is closed: no demo, no web app, all addresses', () => {
  expect(readConfig(TOKENS)).toMatchObject({ demo: false, host: '0.0.0.0', port: 4000, webApp: null });
});

test.each([
  [{ HOLDFAST_DEMO: '1' }, []],
  [{}, ['--demo']],
] as [Record<string, string>, string[]][])(
  'demo mode is switched on by %j %j and bound to this machine even when another host is asked for',
  (environment, argv) => {
    const config = readConfig({ ...environment, HOLDFAST_HOST: '0.0.0.0' }, argv);
    expect(config).toMatchObject({ demo: true, host: '127.0.0.1', tokens: null });
  },
);

test('security 40: a secret of 31 bytes is refused, one of 32 is not', () => {
  expect(refusal({ ...TOKENS, HOLDFAST_JWT_SECRET: 'x'.repeat(31) })).toContain('31 bytes');
  expect(refusal({ ...TOKENS, HOLDFAST_JWT_SECRET: 'x'.repeat(32) })).toBe('accepted');
  expect(refusal({ ...TOKENS, HOLDFAST_JWT_SECRET: 'short' }, ['--demo'])).toContain('5 bytes');
});

test.each([
  [{ HOLDFAST_JWT_ISSUER: '' }, 'HOLDFAST_JWT_ISSUER'],
  [{ HOLDFAST_JWT_AUDIENCE: '' }, 'HOLDFAST_JWT_AUDIENCE'],
  [{ HOLDFAST_JWKS_URL: 'https://example.com/jwks.json' }, 'not several'],
  [{ HOLDFAST_JWT_SECRET: '', HOLDFAST_JWKS_URL: 'nowhere' }, 'HOLDFAST_JWKS_URL'],
  [
    { HOLDFAST_JWT_SECRET: '', HOLDFAST_JWT_PUBLIC_KEY: 'pem', HOLDFAST_JWT_ALGORITHM: 'HS256' },
    'HOLDFAST_JWT_ALGORITHM',
  ],
  [{ PORT: '70000' }, 'PORT is "70000"'],
  [{ PORT: '4e3' }, 'PORT is "4e3"'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL'],
  [{ HOLDFAST_DEMO: 'yes' }, 'HOLDFAST_DEMO'],
  [{ HOLDFAST_ORIGINS: 'https://a.example/path' }, 'HOLDFAST_ORIGINS'],
  [{ HOLDFAST_LOG: 'loud' }, 'HOLDFAST_LOG'],
  [{ HOLDFAST_ACCESS_CHECK_MS: '60000' }, 'HOLDFAST_ACCESS_CHECK_MS'],
] as [Record<string, string>, string][])(
  '%j stops the start with a sentence about it',
  (setting, sentence) => {
    expect(refusal({ ...TOKENS, ...setting })).toContain(sentence);
  },
);

test('a public key may come with escaped line breaks', () => {
  const config = readConfig({ ...TOKENS, HOLDFAST_JWT_SECRET: '', HOLDFAST_JWT_PUBLIC_KEY: 'a\\nb' });
  expect(config.tokens?.key).toEqual({ kind: 'publicKey', pem: 'a\nb', algorithm: 'RS256' });
});
