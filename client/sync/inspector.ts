import { freshScope } from './copies.ts';
import { openScopes, type Core } from './core.ts';
import type { ExchangeLog } from './exchange-log.ts';
import type * as Model from './model.ts';

/** Shows people what the engine holds and does. It reads memory, and asks nobody. */
export class Inspector implements Model.Inspector {
  readonly listen: ExchangeLog['listen'];

  constructor(
    private readonly core: Core,
    private readonly log: ExchangeLog,
  ) {
    this.listen = (listener) => log.listen(listener);
  }

  read(): Model.Inspection {
    const { replica } = this.core;
    const scopes = openScopes(this.core).map((id) => replica.scopes.get(id) ?? freshScope(id));
    const { exchanges } = this.log;
    return { device: replica.meta.device ?? null, scopes, changes: replica.changes(), exchanges };
  }
}
