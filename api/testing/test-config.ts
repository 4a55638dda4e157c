import type { Config, DatabaseSettings, Limits, TokenRules } from '../config.ts';

/** What test servers accept and test tokens are signed with. */
export const TEST_TOKENS: TokenRules & {
  readonly key: { readonly kind: 'secret'; readonly secret: string };
} = {
  key: { kind: 'secret', secret: 'a secret for tests alone, of forty-seven bytes!' },
  issuer: 'holdfast-test',
  audience: 'holdfast-test',
};

/** Settings that a test may choose; everything else is as in production. */
export interface TestSettings {
  /** Default false. True: demo sign-in, playground, introspection. */
  readonly demo?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  /** The built web app's folder. Default: none is served. */
  readonly webApp?: string;
  readonly limits?: Partial<Limits>;
  /** Default: no metrics. */
  readonly metricsToken?: string;
  /** Default 0: nothing is purged. */
  readonly purgeIntervalMs?: number;
  /** Default 0. */
  readonly unreadyMs?: number;
  /** Default 2,000. */
  readonly shutdownMs?: number;
  readonly database?: Partial<Pick<DatabaseSettings, 'poolSize' | 'connectTimeoutMs' | 'statementTimeoutMs'>>;
  /** Default 100: how often open sockets are checked against memberships. */
  readonly accessCheckMs?: number;
}

export function testConfig(settings: TestSettings): Config {
  return {
    demo: settings.demo ?? false,
    host: '127.0.0.1',
    port: settings.port ?? 0,
    databaseUrl: null,
    dataFolder: '',
    tokens: TEST_TOKENS,
    origins: [],
    webApp: settings.webApp ?? null,
    poolSize: 10,
    connectTimeoutMs: 30_000,
    statementTimeoutMs: 15_000,
    retentionDays: 90,
    ...settings.database,
    logLevel: 'silent',
    metricsToken: settings.metricsToken ?? null,
    purgeIntervalMs: settings.purgeIntervalMs ?? 0,
    unreadyMs: settings.unreadyMs ?? 0,
    shutdownMs: settings.shutdownMs ?? 2_000,
    accessCheckMs: settings.accessCheckMs ?? 100,
    limits: {
      bodyBytes: 2_500_000,
      documentTokens: 400,
      requestsPerSecond: 1_000,
      requestTimeoutMs: 15_000,
      connectionCount: 5_000,
      socketsPerUser: 50,
      subscriptionsPerSocket: 20,
      ...settings.limits,
    },
  };
}
