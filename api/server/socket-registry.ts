import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { ScopeAccess, Viewer } from '../sync/model.ts';
import type { Admission, LoadViewer } from './gate.ts';

/** Why we close a socket, beside the codes of graphql-ws itself. */
export const CLOSE = {
  goingAway: 1001,
  internal: 1011,
  tryLater: 1013,
  unauthorized: 4401,
  authorityEnded: 4403,
} as const;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Member {
  admission: Admission;
  readonly timer: NodeJS.Timeout;
}

export interface RegistryOptions {
  readonly viewer: LoadViewer;
  readonly socketsPerUser: number;
  /** How often every user with an open socket is looked up again. */
  readonly accessCheckMs: number;
  readonly logger: Logger;
}

/**
 * The admitted sockets. Each ends with 4403 when its token ends, its account is switched off, or it loses access to a
 * scope (R31); access gained is taken over silently.
 */
export class SocketRegistry {
  readonly #members = new Map<WebSocket, Member>();
  readonly #options: RegistryOptions;
  readonly #checks: NodeJS.Timeout;
  #checking: Promise<void> | null = null;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#checks = setInterval(() => void this.recheck(), options.accessCheckMs);
    this.#checks.unref();
  }

  get count(): number {
    return this.#members.size;
  }

  /** Takes a socket in, unless its user has too many already: then it is closed and false returned. */
  admit(socket: WebSocket, admission: Admission): boolean {
    const { id } = admission.viewer;
    const others = [...this.#members.values()].filter((member) => member.admission.viewer.id === id);
    if (others.length >= this.#options.socketsPerUser) {
      socket.close(CLOSE.tryLater, 'Too many connections of this user');
      return false;
    }
    const remainingMs = Math.min(admission.expiresAtMs - Date.now(), LONGEST_TIMER_MS);
    const timer = setTimeout(() => this.#end(socket, 'The token has ended'), Math.max(0, remainingMs));
    timer.unref();
    this.#members.set(socket, { admission, timer });
    socket.once('close', () => this.#forget(socket));
    return true;
  }

  /** Who speaks through this socket; null when it was not admitted or its authority has ended. */
  viewer(socket: WebSocket): Viewer | null {
    return this.#members.get(socket)?.admission.viewer ?? null;
  }

  /** Looks all users up again. A call while one runs is answered by a run that starts after it. */
  async recheck(affects: (viewer: Viewer) => boolean = () => true): Promise<void> {
    if (this.#checking !== null) await this.#checking;
    const run = this.#recheckUsers(affects).catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, 'sockets could not be checked against memberships');
    });
    this.#checking = run;
    await run;
    if (this.#checking === run) this.#checking = null;
  }

  close(): void {
    clearInterval(this.#checks);
    for (const member of this.#members.values()) clearTimeout(member.timer);
  }

  async #recheckUsers(affects: (viewer: Viewer) => boolean): Promise<void> {
    const byUser = new Map<string, WebSocket[]>();
    for (const [socket, { admission }] of this.#members) {
      if (!affects(admission.viewer)) continue;
      byUser.set(admission.viewer.id, [...(byUser.get(admission.viewer.id) ?? []), socket]);
    }
    // One user after the other: a check must never crowd out requests.
    for (const [userId, sockets] of byUser) {
      const now = await this.#options.viewer(userId);
      for (const socket of sockets) this.#apply(socket, now);
    }
  }

  #apply(socket: WebSocket, now: Viewer | null): void {
    const member = this.#members.get(socket);
    if (member === undefined) return;
    if (now === null || hasLost(member.admission.viewer.scopes, now.scopes)) {
      this.#end(socket, 'Access has changed');
    } else {
      member.admission = { ...member.admission, viewer: now };
    }
  }

  #end(socket: WebSocket, reason: string): void {
    this.#forget(socket);
    socket.close(CLOSE.authorityEnded, reason);
  }

  #forget(socket: WebSocket): void {
    clearTimeout(this.#members.get(socket)?.timer);
    this.#members.delete(socket);
  }
}

function hasLost(before: readonly ScopeAccess[], now: readonly ScopeAccess[]): boolean {
  return before.some(({ id, access }) => {
    const left = now.find((scope) => scope.id === id);
    return left === undefined || (access === 'WRITE' && left.access === 'READ');
  });
}
