import { resolve } from 'node:path';

/** What verifies a bearer token. Exactly one kind is configured. */
export type VerificationKey =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'publicKey'; readonly pem: string; readonly algorithm: string }
  | { readonly kind: 'jwks'; readonly url: string; readonly algorithm: string };

/** How tokens are checked: the algorithm is fixed here and never taken from the token. */
export interface TokenRules {
  readonly key: VerificationKey;
  readonly issuer: string;
  readonly audience: string;
}

/** What one caller may cost. */
export interface Limits {
  /** `HOLDFAST_MAX_BODY_BYTES`, 2,500,000: a push of 2 MB and its envelope. */
  readonly bodyBytes: number;
  /** `HOLDFAST_MAX_DOCUMENT_TOKENS`, 400: of a document that is not one of the trusted sync documents. */
  readonly documentTokens: number;
  /** `HOLDFAST_REQUESTS_PER_SECOND`, 100: of one user, averaged over 10 s. */
  readonly requestsPerSecond: number;
  /** `HOLDFAST_REQUEST_TIMEOUT_MS`, 15,000: until a request has arrived whole. */
  readonly requestTimeoutMs: number;
  /** `HOLDFAST_MAX_CONNECTIONS`, 5,000: open at once, WebSockets included. */
  readonly connectionCount: number;
  /** `HOLDFAST_MAX_SOCKETS_PER_USER`, 50: WebSockets open at once. */
  readonly socketsPerUser: number;
  /** `HOLDFAST_MAX_SUBSCRIPTIONS`, 20: on one WebSocket. */
  readonly subscriptionsPerSocket: number;
}

/** What the database side needs; commands such as `npm run purge` need nothing else. */
export interface DatabaseSettings {
  /** `DATABASE_URL`, absent: the embedded Postgres over `dataFolder`. */
  readonly databaseUrl: string | null;
  /** `HOLDFAST_DATA`, `.data`: where the embedded Postgres and the demo's signing key live. */
  readonly dataFolder: string;
  /** `HOLDFAST_POOL_SIZE`, 10: connections to Postgres at most, of one process, beside the one for pokes. */
  readonly poolSize: number;
  /** `HOLDFAST_CONNECT_TIMEOUT_MS`, 5,000: how long a request waits for a connection before it is told to come back. */
  readonly connectTimeoutMs: number;
  /** `HOLDFAST_STATEMENT_TIMEOUT_MS`, 15,000: after this a statement is cancelled, and its request told to come back. */
  readonly statementTimeoutMs: number;
  /** `HOLDFAST_RETENTION_DAYS`, 90: how long deletions and unacknowledged receipts are kept (R13). A device away for longer syncs afresh. */
  readonly retentionDays: number;
}

/** All settings of a process; each names its environment variable and its default. */
export interface Config extends DatabaseSettings {
  /** `HOLDFAST_DEMO=1` or `--demo`, off: demo sign-in, playground and introspection, reachable from this machine alone. */
  readonly demo: boolean;
  /** `HOLDFAST_HOST`, 0.0.0.0: the address to listen on. In demo mode always 127.0.0.1. */
  readonly host: string;
  /** `PORT`, 4000. 0: a free one. */
  readonly port: number;
  /** Null in demo mode when nothing is configured: the demo makes a key of its own. */
  readonly tokens: TokenRules | null;
  /** `HOLDFAST_ORIGINS`, comma-separated, none: web origins beside our own that may open a WebSocket. */
  readonly origins: readonly string[];
  /** `HOLDFAST_WEB_APP`, `client/dist/demo` in demo mode: the built web app to serve. `none`: serve none. */
  readonly webApp: string | null;
  /** `HOLDFAST_LOG`, info (demo: warn): fatal, error, warn, info, debug, trace or silent. */
  readonly logLevel: string;
  /** `HOLDFAST_METRICS_TOKEN`, absent: no metrics. The bearer token, 16 bytes or more, that `/metrics` asks for. */
  readonly metricsToken: string | null;
  /** `HOLDFAST_PURGE_INTERVAL_MS`, 3,600,000: how often this process purges, unless another one is at it. 0: never, a command does. */
  readonly purgeIntervalMs: number;
  /** `HOLDFAST_UNREADY_MS`, 0: how long a stopping process says "not ready" before it takes no more connections. */
  readonly unreadyMs: number;
  /** `HOLDFAST_SHUTDOWN_MS`, 10,000: how long requests under way may take after that. */
  readonly shutdownMs: number;
  /** `HOLDFAST_ACCESS_CHECK_MS`, 2,000: how often open sockets are checked against tokens and memberships (R31: within 5 s). */
  readonly accessCheckMs: number;
  readonly limits: Limits;
}

/** Stops the start; the message says which setting is wrong and how to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const LOOPBACK = '127.0.0.1';
const MIN_SECRET_BYTES = 32;
const MIN_METRICS_TOKEN_BYTES = 16;

/**
 * The settings of this process: closed unless opened by an explicit switch, whatever `NODE_ENV` says.
 *
 * @param argv the arguments after the script's name.
 * @throws ConfigError naming the setting and the way to mend it.
 */
export function readConfig(environment: Environment = process.env, argv: readonly string[] = []): Config {
  const demo = argv.includes('--demo') || flag(environment, 'HOLDFAST_DEMO');
  return {
    demo,
    host: demo ? LOOPBACK : text(environment, 'HOLDFAST_HOST', '0.0.0.0'),
    port: integer(environment, 'PORT', { fallback: 4000, min: 0, max: 65_535 }),
    ...readDatabaseSettings(environment),
    tokens: tokenRules(environment, demo),
    origins: origins(environment),
    webApp: webApp(environment, demo),
    logLevel: oneOf(environment, 'HOLDFAST_LOG', { values: LOG_LEVELS, fallback: demo ? 'warn' : 'info' }),
    metricsToken: metricsToken(environment),
    purgeIntervalMs: integer(environment, 'HOLDFAST_PURGE_INTERVAL_MS', {
      fallback: 3_600_000,
      min: 0,
      max: 2_000_000_000,
    }),
    unreadyMs: integer(environment, 'HOLDFAST_UNREADY_MS', { fallback: 0, min: 0, max: 600_000 }),
    shutdownMs: integer(environment, 'HOLDFAST_SHUTDOWN_MS', { fallback: 10_000, min: 0, max: 600_000 }),
    accessCheckMs: integer(environment, 'HOLDFAST_ACCESS_CHECK_MS', { fallback: 2_000, min: 50, max: 4_000 }),
    limits: limits(environment),
  };
}

/** As `readConfig`, for what needs the database alone. @throws ConfigError */
export function readDatabaseSettings(environment: Environment = process.env): DatabaseSettings {
  const number = (name: string, fallback: number, max: number) =>
    integer(environment, name, { fallback, min: 1, max });
  return {
    databaseUrl: databaseUrl(environment),
    dataFolder: resolve(text(environment, 'HOLDFAST_DATA', '.data')),
    poolSize: number('HOLDFAST_POOL_SIZE', 10, 1_000),
    connectTimeoutMs: number('HOLDFAST_CONNECT_TIMEOUT_MS', 5_000, 600_000),
    statementTimeoutMs: number('HOLDFAST_STATEMENT_TIMEOUT_MS', 15_000, 600_000),
    retentionDays: number('HOLDFAST_RETENTION_DAYS', 90, 36_500),
  };
}

function limits(environment: Environment): Limits {
  const count = (name: string, fallback: number, max = 1_000_000) =>
    integer(environment, name, { fallback, min: 1, max });
  return {
    bodyBytes: count('HOLDFAST_MAX_BODY_BYTES', 2_500_000, 100_000_000),
    documentTokens: count('HOLDFAST_MAX_DOCUMENT_TOKENS', 400),
    requestsPerSecond: count('HOLDFAST_REQUESTS_PER_SECOND', 100),
    requestTimeoutMs: count('HOLDFAST_REQUEST_TIMEOUT_MS', 15_000),
    connectionCount: count('HOLDFAST_MAX_CONNECTIONS', 5_000),
    socketsPerUser: count('HOLDFAST_MAX_SOCKETS_PER_USER', 50),
    subscriptionsPerSocket: count('HOLDFAST_MAX_SUBSCRIPTIONS', 20),
  };
}

function tokenRules(environment: Environment, demo: boolean): TokenRules | null {
  const key = verificationKey(environment);
  if (key !== null) {
    return {
      key,
      issuer: required(environment, 'HOLDFAST_JWT_ISSUER', 'the `iss` claim that tokens must carry'),
      audience: required(environment, 'HOLDFAST_JWT_AUDIENCE', 'the `aud` claim that tokens must carry'),
    };
  }
  if (demo) return null;
  throw new ConfigError(
    'No key to check tokens with: set HOLDFAST_JWT_SECRET (HS256, 32 bytes or more), HOLDFAST_JWT_PUBLIC_KEY (PEM) or ' +
      'HOLDFAST_JWKS_URL, with HOLDFAST_JWT_ISSUER and HOLDFAST_JWT_AUDIENCE. To try Holdfast on this machine without ' +
      'accounts of your own, start it with --demo.',
  );
}

function verificationKey(environment: Environment): VerificationKey | null {
  const secret = environment['HOLDFAST_JWT_SECRET'];
  const pem = environment['HOLDFAST_JWT_PUBLIC_KEY'];
  const url = environment['HOLDFAST_JWKS_URL'];
  if ([secret, pem, url].filter((one) => one !== undefined && one !== '').length > 1) {
    throw new ConfigError(
      'Set one of HOLDFAST_JWT_SECRET, HOLDFAST_JWT_PUBLIC_KEY and HOLDFAST_JWKS_URL, not several.',
    );
  }
  if (secret) return { kind: 'secret', secret: longEnough(secret) };
  const algorithm = () =>
    oneOf(environment, 'HOLDFAST_JWT_ALGORITHM', {
      values: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      fallback: 'RS256',
    });
  if (pem) return { kind: 'publicKey', pem: pem.replaceAll('\\n', '\n'), algorithm: algorithm() };
  if (url) return { kind: 'jwks', url: webAddress(url, 'HOLDFAST_JWKS_URL'), algorithm: algorithm() };
  return null;
}

function longEnough(secret: string): string {
  const bytes = Buffer.byteLength(secret);
  if (bytes >= MIN_SECRET_BYTES) return secret;
  throw new ConfigError(
    `HOLDFAST_JWT_SECRET has ${bytes} bytes; HS256 needs ${MIN_SECRET_BYTES} or more. ` +
      'Make one with: node -p "crypto.randomBytes(48).toString(\'base64\')"',
  );
}

function metricsToken(environment: Environment): string | null {
  const token = environment['HOLDFAST_METRICS_TOKEN'];
  if (!token) return null;
  if (Buffer.byteLength(token) >= MIN_METRICS_TOKEN_BYTES && /^[\w~+/.=-]+$/.test(token)) return token;
  throw new ConfigError(
    `HOLDFAST_METRICS_TOKEN must be ${MIN_METRICS_TOKEN_BYTES} or more letters, digits or -._~+/=. ` +
      'Make one with: node -p "crypto.randomBytes(24).toString(\'base64url\')"',
  );
}

function databaseUrl(environment: Environment): string | null {
  const url = environment['DATABASE_URL'];
  if (!url) return null;
  if (/^postgres(ql)?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw new ConfigError('DATABASE_URL must look like postgres://user:password@host:5432/database.');
}

function origins(environment: Environment): string[] {
  const listed = (environment['HOLDFAST_ORIGINS'] ?? '').split(',').map((one) => one.trim());
  return listed
    .filter((one) => one !== '')
    .map((one) => {
      if (URL.canParse(one) && new URL(one).origin === one) return one;
      throw new ConfigError(`HOLDFAST_ORIGINS holds "${one}"; an origin looks like https://app.example.com.`);
    });
}

function webApp(environment: Environment, demo: boolean): string | null {
  const folder = environment['HOLDFAST_WEB_APP'];
  if (folder === 'none') return null;
  if (folder) return resolve(folder);
  return demo ? resolve(import.meta.dirname, '..', 'client', 'dist', 'demo') : null;
}

function webAddress(value: string, name: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new ConfigError(
    `${name} is "${value}"; it must be an address such as https://accounts.example.com/jwks.json.`,
  );
}

function text(environment: Environment, name: string, fallback: string): string {
  return environment[name] || fallback;
}

function required(environment: Environment, name: string, meaning: string): string {
  const value = environment[name];
  if (value) return value;
  throw new ConfigError(`${name} is missing: set it to ${meaning}.`);
}

function flag(environment: Environment, name: string): boolean {
  const value = environment[name] ?? '';
  if (['1', 'true'].includes(value)) return true;
  if (['', '0', 'false'].includes(value)) return false;
  throw new ConfigError(`${name} is "${value}"; set it to 1 or 0.`);
}

function oneOf(
  environment: Environment,
  name: string,
  { values, fallback }: { readonly values: readonly string[]; readonly fallback: string },
): string {
  const value = environment[name] || fallback;
  if (values.includes(value)) return value;
  throw new ConfigError(`${name} is "${value}"; it must be one of ${values.join(', ')}.`);
}

function integer(
  environment: Environment,
  name: string,
  { fallback, min, max }: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const value = environment[name];
  if (value === undefined || value === '') return fallback;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= min && number <= max) return number;
  throw new ConfigError(`${name} is "${value}"; it must be a whole number from ${min} to ${max}.`);
}
