import type { Conductor } from './conductor.ts';
import type { Core } from './core.ts';
import type { Unsubscribe } from './model.ts';

/** Asks the background to send what this page may not live to send: unsent work when it hides, or when nothing can be reached. */
export class Background {
  private stopListening: Unsubscribe = () => undefined;
  private isAskedFor = false;

  constructor(
    private readonly core: Core,
    private readonly conductor: Conductor,
  ) {}

  start(onChange: () => void): void {
    const { background, host } = this.core.ports;
    const stops = [
      background?.listen(onChange),
      // Asked for once more each time: the browser gives up on a wish that failed too often.
      host.listen((event) => void (event === 'hidden' && this.hasUnsent() && background?.request())),
    ];
    this.stopListening = () => stops.forEach((stop) => stop?.());
  }

  /** Looks at what changed: called after every turn. The leader asks for all. */
  check(): void {
    if (!this.conductor.isLeader) return;
    const isStuck = !this.conductor.isReachable || this.conductor.state === 'offline';
    const isWanted = isStuck && this.hasUnsent();
    if (isWanted && !this.isAskedFor) this.core.ports.background?.request();
    this.isAskedFor = isWanted;
  }

  stop(): void {
    this.stopListening();
  }

  private hasUnsent(): boolean {
    const { replica } = this.core;
    return replica.meta.paused !== true && replica.changes().some((row) => row.state === 'pending');
  }
}
