import type { Connection } from '../storage/connection.ts';
import type { Database } from '../storage/database.ts';

/** A node of a plan, as `EXPLAIN (FORMAT JSON)` tells it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A statement that was run. */
export interface Explained {
  readonly text: string;
  /** Of the plan for its values and of the one that a prepared statement ends with. */
  readonly nodes: readonly PlanNode[];
  /** Blocks that it touched. */
  readonly buffers: number;
}

/** The same database, which explains each statement of its transactions before it runs it. */
export function explainedDatabase(database: Database, log: Explained[]): Database {
  const transaction: Database['transaction'] = (mode, work) =>
    database.transaction(mode, (connection) => work(explained(connection, log)));
  return replaced(database, { transaction });
}

function explained(connection: Connection, log: Explained[]): Connection {
  const explain = async (text: string, values: readonly unknown[]): Promise<void> => {
    // What is analysed is executed, too.
    await connection.command('SAVEPOINT explained');
    const own = await planOf(connection, `(FORMAT JSON, ANALYZE, BUFFERS) ${text}`, values);
    await connection.command('ROLLBACK TO SAVEPOINT explained');
    const generic = await planOf(connection, `(FORMAT JSON, GENERIC_PLAN) ${text}`, []);
    const buffers = (own['Shared Hit Blocks'] ?? 0) + (own['Shared Read Blocks'] ?? 0);
    log.push({ text, nodes: [...nodesOf(own), ...nodesOf(generic)], buffers });
  };
  const query: Connection['query'] = async (text, values, isOnce) => {
    await explain(text, values);
    return connection.query(text, values, isOnce);
  };
  const queryAndCommit: Connection['queryAndCommit'] = async (text, values) => {
    await explain(text, values);
    return connection.queryAndCommit(text, values);
  };
  return replaced(connection, { query, queryAndCommit });
}

async function planOf(
  connection: Connection,
  statement: string,
  values: readonly unknown[],
): Promise<PlanNode> {
  type Row = { readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] };
  const [row] = await connection.query<Row>(`EXPLAIN ${statement}`, values, true);
  const plan = row?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('There is no plan.');
  return plan;
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Everything else stays the original's own. */
function replaced<T extends object>(original: T, methods: Partial<T>): T {
  return new Proxy(original, {
    get: (target, key) => {
      if (Object.hasOwn(methods, key)) return methods[key as keyof T];
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
