/**
 * Pokes between processes, by NOTIFY and LISTEN on one connection of its own.
 *
 *   poke ─► local listeners at once
 *        └► pending, by scope ─► one statement with all of them, while another one is not under way ─► other processes
 *
 * The connection is opened again, for ever, when it is lost; pokes of that time are lost too, and cost latency only (R30).
 */
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { ScopeHead } from '../sync/model.ts';
import type { Pokes } from '../sync/ports.ts';
import { sessionOptions } from './database.ts';
import type { StorageOptions } from './storage-options.ts';

const CHANNEL = 'holdfast_heads';
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;

export interface Notifier extends Pokes {
  /**
   * Calls `listener` for each poke of this and of every other process, coalesced per scope, and with `accessChanged`
   * when a membership of the scope changed (told for the scope and for the user's own scope). Returns what ends it.
   */
  listen(listener: (head: ScopeHead) => void): () => void;
}

export class PostgresNotifier implements Notifier {
  private readonly self = randomUUID();
  private readonly listeners = new Set<(head: ScopeHead) => void>();
  private pending = new Map<string, ScopeHead>();
  private client: pg.Client | null = null;
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private sending: Promise<void> | null = null;

  constructor(private readonly options: StorageOptions) {}

  /** Connects in the background; `close` ends it. */
  start(): void {
    this.running = this.stayConnected();
  }

  async close(): Promise<void> {
    await this.sending;
    this.stopped.abort();
    await this.client?.end().catch(() => undefined);
    await this.running;
  }

  listen(listener: (head: ScopeHead) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  poke(scope: string, head: number): void {
    this.announce({ scope, head, accessChanged: false });
  }

  /** Tells everybody; the highest head and any change of access survive when several wait. */
  announce(news: ScopeHead): void {
    const waiting = this.pending.get(news.scope);
    this.pending.set(news.scope, {
      scope: news.scope,
      head: Math.max(news.head, waiting?.head ?? 0),
      accessChanged: news.accessChanged || waiting?.accessChanged === true,
    });
    this.sending ??= this.send();
  }

  private async send(): Promise<void> {
    // What is announced in the same turn goes out together.
    await Promise.resolve();
    while (this.pending.size > 0) {
      const news = [...this.pending.values()];
      this.pending = new Map();
      for (const head of news) {
        this.tell(head);
      }
      await this.notify(news);
    }
    this.sending = null;
  }

  private tell(head: ScopeHead): void {
    for (const listener of this.listeners) {
      try {
        listener(head);
      } catch (error) {
        this.options.log?.({ level: 'error', message: 'A listener of pokes failed.', error });
      }
    }
  }

  private async notify(news: readonly ScopeHead[]): Promise<void> {
    const payloads = news.map((head) => JSON.stringify({ from: this.self, ...head }));
    try {
      await this.client?.query({
        name: 'notify',
        text: `SELECT pg_notify('${CHANNEL}', payload) FROM unnest($1::text[]) AS payload`,
        values: [payloads],
      });
    } catch (error) {
      this.options.log?.({ level: 'warn', message: 'Pokes were not passed on.', error });
    }
  }

  private async stayConnected(): Promise<void> {
    let waitMs = MIN_PAUSE_MS;
    while (!this.stopped.signal.aborted) {
      const lost = await this.connect();
      waitMs = lost === null ? Math.min(waitMs * 2, MAX_PAUSE_MS) : MIN_PAUSE_MS;
      await lost;
      this.client = null;
      await pause(Math.random() * waitMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }

  /** A promise of the connection's end, or null when there is none. */
  private async connect(): Promise<Promise<void> | null> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: 'holdfast pokes',
      connectionTimeoutMillis: this.options.connectTimeoutMs ?? 5_000,
      keepAlive: true,
      options: sessionOptions(0),
    });
    client.on('error', (error) => {
      this.options.log?.({ level: 'warn', message: 'The connection for pokes was lost.', error });
    });
    const lost = new Promise<void>((resolve) => client.on('end', () => resolve()));
    client.on('notification', ({ payload }) => this.receive(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.client = client;
    } catch {
      void client.end().catch(() => undefined);
      return null;
    }
    // close() may have come while it was connecting, and ended nothing.
    if (this.stopped.signal.aborted) {
      void client.end();
    }
    return lost;
  }

  private receive(payload: string | undefined): void {
    try {
      const { from, ...head } = JSON.parse(payload ?? '') as ScopeHead & { readonly from: string };
      if (from !== this.self) {
        this.tell(head);
      }
    } catch (error) {
      this.options.log?.({ level: 'warn', message: 'A poke could not be read.', error });
    }
  }
}
