import type { Transport, TransportAnswer, TransportRequest } from '../../sync/ports.ts';
import type { InTab } from './surroundings.ts';

/** As the real transport: what has not been answered by then is given up. */
const TIMEOUT_MS = 30_000;

const UNREACHABLE = { kind: 'unreachable', message: 'simulated' } as const;

type Fate =
  | { readonly kind: 'delivered' | 'lostRequest' | 'lostAnswer' | 'truncated' | 'halfOpen' }
  | { readonly kind: 'answered'; readonly status: number; readonly code: string };

/** One request on its way: it goes on although its sender dies. */
interface Flight {
  /** The connection breaks. */
  cut(): void;
}

/** A tab's way to the server. Each request meets its fate when it is made; latencies reorder them. */
export class SimulatedTransport implements Transport {
  private readonly flights = new Set<Flight>();

  constructor(private readonly tab: InTab) {}

  /** A request has left and is not answered yet. */
  get isAwaiting(): boolean {
    return this.flights.size > 0;
  }

  async send(request: TransportRequest): Promise<TransportAnswer> {
    const { tab } = this;
    // As text: what the engine alters later is not what was sent.
    const { document, ...rest } = request;
    const text = JSON.stringify(rest);
    const { name } = document;
    if (!tab.isPlugged) {
      await tab.turn(`${name} fails offline`, { delayMs: 5 });
      return UNREACHABLE;
    }
    await tab.turn(`${name} leaves`, { payload: () => text });
    const fate = this.fateOf(changesBytes(request));
    if (fate.kind !== 'delivered')
      tab.world.rare.hit(`request: ${fate.kind}${'status' in fate ? ` ${fate.status}` : ''}`);
    return new Promise((resolve) => this.fly({ document, text, fate }, resolve));
  }

  async refreshToken(): Promise<boolean> {
    await this.tab.turn('token', { delayMs: 20 });
    if (this.tab.world.isQuiet || !this.tab.draw.chance(0.2)) return true;
    this.tab.world.rare.hit('no fresh token: signed out');
    return false;
  }

  /** The connection breaks: nobody learns what became of what is under way. */
  cut(): void {
    for (const flight of [...this.flights]) flight.cut();
  }

  private fateOf(bytes: number): Fate {
    const { tab } = this;
    // Whatever else happens to it, what is too large never takes effect.
    if (bytes > tab.world.bodyLimit) return { kind: 'answered', status: 413, code: 'TOO_LARGE' };
    const kinds = ['lostRequest', 'lostAnswer', 'truncated', 'halfOpen'] as const;
    for (const kind of kinds) if (tab.meets(kind)) return { kind };
    if (tab.meets('unauthenticated')) return { kind: 'answered', status: 401, code: 'UNAUTHENTICATED' };
    if (tab.meets('busy')) return { kind: 'answered', status: 429, code: 'TOO_MANY_REQUESTS' };
    if (tab.meets('serverError'))
      return tab.draw.chance(0.5)
        ? { kind: 'answered', status: 503, code: 'UNAVAILABLE' }
        : { kind: 'answered', status: 500, code: 'INTERNAL' };
    return { kind: 'delivered' };
  }

  private fly(
    { document, text, fate }: { document: TransportRequest['document']; text: string; fate: Fate },
    resolve: (answer: TransportAnswer) => void,
  ): void {
    const { tab } = this;
    const { scheduler } = tab.world;
    const { name } = document;
    let isOver = false;
    const come = (answer: TransportAnswer, label: string, delayMs: number): void =>
      void scheduler.after({
        owner: tab,
        label: `${name} ${label}`,
        payload: () => text + JSON.stringify(answer),
        delayMs,
        run: () => {
          if (isOver) return;
          isOver = true;
          cancelTimeout();
          this.flights.delete(flight);
          resolve(answer);
        },
      });
    const cancelTimeout = scheduler.after({
      owner: tab,
      label: `${name} times out`,
      delayMs: TIMEOUT_MS,
      run: () => come(UNREACHABLE, 'timed out', 0),
    });
    let isCut = false;
    const flight: Flight = {
      cut: () => {
        isCut = true;
        come(UNREACHABLE, 'cut', 1);
      },
    };
    this.flights.add(flight);
    if (fate.kind === 'answered') return come(refusalOf(fate), `answered ${fate.status}`, this.latency());
    const arrive = (isFirst: boolean): void => {
      const answer = answerOf(tab, document, text);
      if (!isFirst || isCut) return;
      if (tab.meets('tabCrash')) tab.crash('after the server took a request');
      if (fate.kind === 'lostAnswer') return come(UNREACHABLE, 'answer lost', this.latency());
      if (fate.kind === 'halfOpen') return;
      const body = fate.kind === 'truncated' ? null : answer;
      come({ kind: 'answered', status: 200, retryAfterMs: null, body }, 'answered', this.latency());
    };
    const arriving = (delayMs: number, isFirst: boolean): void =>
      void scheduler.after({
        owner: null,
        label: `${name} arrives`,
        payload: () => `${tab.name} ${fate.kind} ${text}`,
        delayMs,
        run: () => arrive(isFirst),
      });
    const isLost = this.isLost(fate);
    if (isLost) {
      if (fate.kind === 'lostRequest' && tab.draw.chance(0.5)) come(UNREACHABLE, 'refused', this.latency());
    } else arriving(this.latency(), true);
    if (tab.meets('doubled') || (isLost && tab.meets('lateRequest'))) {
      tab.world.rare.hit(isLost ? 'a request arrived after it was given up' : 'a request arrived twice');
      arriving(100 + tab.draw.below(90_000), false);
    }
  }

  private isLost({ kind }: Fate): boolean {
    return kind === 'lostRequest' || (kind === 'halfOpen' && this.tab.draw.chance(0.5));
  }

  private latency(): number {
    const { tab } = this;
    return tab.meets('slow') ? 500 + tab.draw.below(8_000) : 5 + tab.draw.below(75);
  }
}

/** Of the changes alone: one that is too large is so at every attempt. */
function changesBytes({ variables }: TransportRequest): number {
  const changes = Object.entries(variables).filter(([name]) => name.endsWith('Changes'));
  return JSON.stringify(changes).length;
}

function answerOf(tab: InTab, document: TransportRequest['document'], text: string) {
  const request = { document, ...(JSON.parse(text) as Omit<TransportRequest, 'document'>) };
  const answer = tab.world.server.answer(request, tab.device.user);
  tab.world.sawAnswer(request, answer);
  return answer;
}

function refusalOf({ status, code }: Extract<Fate, { kind: 'answered' }>): TransportAnswer {
  const retryAfterMs = status === 429 ? 2_000 : null;
  const errors = [{ message: code, extensions: { code, retry: 'LATER' } }];
  return { kind: 'answered', status, retryAfterMs, body: { errors } };
}
