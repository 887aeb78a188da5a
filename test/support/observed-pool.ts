import pg from "pg";

/** Called before a statement is sent; it is held back until a promise that this gives is settled. */
type BeforeStatement = (text: string) => Promise<unknown> | undefined;

/** A caller's pool that records the statements sent over its connections. */
export interface ObservedPool {
  readonly pool: pg.Pool;
  /** The text of every statement so far, transaction commands included. */
  readonly statements: string[];
  /** Called before each statement from now on. */
  before: BeforeStatement | undefined;
}

/** The package hands `query` a configuration and a callback; pg-pool, where a test uses it, may hand it a text. */
type Query = (config: string | { readonly text: string }, ...rest: unknown[]) => unknown;

export function observedPool(config: pg.PoolConfig): ObservedPool {
  class ObservedClient extends pg.Client {
    constructor(clientConfig?: string | pg.ClientConfig) {
      super(clientConfig);
      const send = this.query.bind(this) as Query;
      const query: Query = (statement, ...rest) => {
        const text = typeof statement === "string" ? statement : statement.text;
        observed.statements.push(text);
        const held = observed.before?.(text);
        return held === undefined ? send(statement, ...rest) : void held.finally(() => send(statement, ...rest));
      };
      Object.assign(this, { query });
    }
  }
  const observed: ObservedPool = {
    pool: new pg.Pool({ ...config, Client: ObservedClient }),
    statements: [],
    before: undefined,
  };
  return observed;
}

/** The statements that some work sends. */
export async function statementsOf(observed: ObservedPool, work: () => unknown): Promise<string[]> {
  const before = observed.statements.length;
  await work();
  return observed.statements.slice(before);
}
