import type { Access, ScopeAccess, ScopeHead, Viewer } from '../sync/model.ts';
import type { Queryable } from './connection.ts';

/** Who exists, and what everybody may do where. */
export interface AccessDirectory {
  /** The account with its scopes, the own one (`user:<id>`) first; null when it is unknown or disabled. */
  viewer(userId: string): Promise<Viewer | null>;
  /** Creates the account or renames it. */
  ensureAccount(account: { readonly id: string; readonly name: string }): Promise<void>;
  disable(userId: string): Promise<void>;
  grant(userId: string, scope: string, access: Access): Promise<void>;
  revoke(userId: string, scope: string): Promise<void>;
}

/** Accounts and memberships in Postgres. Everybody may write in a scope of their own, without a row that says so. */
export class PostgresAccessDirectory implements AccessDirectory {
  constructor(
    private readonly database: Queryable,
    private readonly announce: (news: ScopeHead) => void,
  ) {}

  async viewer(userId: string): Promise<Viewer | null> {
    const [account] = await this.database.query<{ name: string; scopes: readonly ScopeAccess[] | null }>(
      `SELECT a.name, (
          SELECT json_agg(json_build_object('id', m.scope, 'access', m.access) ORDER BY m.scope COLLATE "C")
          FROM holdfast.membership m WHERE m.user_id = a.id
        ) AS scopes
        FROM holdfast.account a WHERE a.id = $1 AND a.disabled_at IS NULL`,
      [userId],
    );
    if (account === undefined) {
      return null;
    }
    const ownScope = ownScopeOf(userId);
    const others = (account.scopes ?? []).filter(({ id }) => id !== ownScope);
    const scopes: readonly ScopeAccess[] = [{ id: ownScope, access: 'WRITE' }, ...others];
    return { id: userId, name: account.name, ownScope, scopes };
  }

  async ensureAccount({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
    await this.database.query(
      `INSERT INTO holdfast.account (id, name) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE account.name <> excluded.name`,
      [id, name],
    );
  }

  async disable(userId: string): Promise<void> {
    await this.database.query(
      'UPDATE holdfast.account SET disabled_at = coalesce(disabled_at, now()) WHERE id = $1',
      [userId],
    );
    this.tell(userId);
  }

  async grant(userId: string, scope: string, access: Access): Promise<void> {
    const changed = await this.database.query(
      `INSERT INTO holdfast.membership (user_id, scope, access) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, scope) DO UPDATE SET access = excluded.access
        WHERE membership.access <> excluded.access RETURNING 1`,
      [userId, scope, access],
    );
    if (changed.length > 0) {
      this.tell(userId, scope);
    }
  }

  async revoke(userId: string, scope: string): Promise<void> {
    const changed = await this.database.query(
      'DELETE FROM holdfast.membership WHERE user_id = $1 AND scope = $2 RETURNING 1',
      [userId, scope],
    );
    if (changed.length > 0) {
      this.tell(userId, scope);
    }
  }

  /** Both kinds of listener hear of it: those of the scope that was lost, and the person who gained one. */
  private tell(userId: string, ...scopes: readonly string[]): void {
    for (const scope of [ownScopeOf(userId), ...scopes]) {
      this.announce({ scope, head: 0, accessChanged: true });
    }
  }
}

function ownScopeOf(userId: string): string {
  return `user:${userId}`;
}
