import type { EnginePorts } from './engine-options.ts';
import type { Json, Manifest, Values } from './manifest.ts';
import type { Exchange, Unsubscribe } from './model.ts';
import type { TransportAnswer, TransportRequest } from './ports.ts';

const KEPT = 100;

/** The last hundred requests of this tab's engine, for people who want to see what it does. It changes nothing of them. */
export class ExchangeLog {
  /** Newest first; another array after each change. */
  exchanges: readonly Exchange[] = [];
  private count = 0;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly manifest: Manifest) {}

  over(ports: EnginePorts): EnginePorts {
    const { transport, clock } = ports;
    return {
      ...ports,
      transport: {
        refreshToken: () => transport.refreshToken(),
        send: (request) => {
          const [begun, answer] = [clock.monotonic(), transport.send(request)];
          const open = this.open(request, new Date(clock.now()).toISOString());
          void answer.then((end) => {
            const tookMs = Math.round(clock.monotonic() - begun);
            this.put({ ...open, tookMs, received: this.receivedIn(end), error: errorOf(end) });
          });
          return answer;
        },
      },
    };
  }

  listen(listener: () => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private open({ document, variables, claim }: TransportRequest, at: string): Exchange {
    const { types } = this.manifest;
    const numbers =
      claim === undefined
        ? Object.values(types).flatMap(({ single }) => numbersIn(variables[`${single}Changes`]))
        : [claim.seq];
    const scope = claim?.scope ?? (variables['scope'] as string | undefined) ?? null;
    const about = { name: document.name, scope, at, numbers };
    const exchange: Exchange = { id: ++this.count, ...about, received: 0, tookMs: null, error: null };
    this.put(exchange);
    return exchange;
  }

  private put(exchange: Exchange): void {
    const { exchanges } = this;
    const isNew = exchange.id > (exchanges[0]?.id ?? 0);
    this.exchanges = isNew
      ? [exchange, ...exchanges.slice(0, KEPT - 1)]
      : exchanges.map((known) => (known.id === exchange.id ? exchange : known));
    for (const listener of [...this.listeners]) listener();
  }

  /** Records of all types, in a pull's pages or in the deltas that a push brought along. */
  private receivedIn(answer: TransportAnswer): number {
    const data = (answer.kind === 'answered' ? answer.body?.data : null) as Pages | null | undefined;
    return Object.keys(this.manifest.types).reduce((sum, name) => {
      const page = data?.[name];
      return sum + ((page?.records ?? page?.delta?.records)?.length ?? 0);
    }, 0);
  }
}

interface Page {
  readonly records?: readonly Json[];
}

type Pages = Readonly<Record<string, (Page & { readonly delta?: Page | null }) | null | undefined>>;

function numbersIn(changes: Json | undefined): readonly number[] {
  return ((changes ?? []) as readonly Values[]).map(({ seq }) => Number(seq));
}

function errorOf(answer: TransportAnswer): string | null {
  if (answer.kind === 'unreachable') return answer.message;
  const [error] = answer.body?.errors ?? [];
  if (error !== undefined) return error.extensions?.code ?? error.message;
  return answer.body === null || answer.status >= 400 ? `HTTP ${answer.status}` : null;
}
