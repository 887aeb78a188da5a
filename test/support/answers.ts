import pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";

/** The answer to a statement with parameters. */
export interface Answer {
  /** The statement's name, as the package has it. */
  readonly statement: string;
  /** Bytes of its rows, each character counting as one. */
  bytes: number;
  rows: number;
}

export interface Answers {
  /** Those so far of the test, in the order in which they ended. */
  readonly all: Answer[];
  /** The most statements of which two or more were in flight at a time, by what is true of their answers. */
  mostInFlight(condition: (answer: Answer) => boolean): number;
}

interface Connection {
  bind(message: { readonly statement: string }): void;
  on(event: "dataRow", listener: (message: { readonly fields: readonly (string | null)[] }) => void): void;
  on(event: "readyForQuery", listener: () => void): void;
}

interface Timed extends Answer {
  readonly begun: number;
  ended: number;
}

/** Watches what all connections of this process receive. Call it at a test file's top level. */
export function useAnswers(): Answers {
  const { Connection } = pg as unknown as { Connection: { prototype: Connection } };
  const { bind } = Connection.prototype;
  const inFlight = new WeakMap<Connection, Timed[]>();
  const all: Timed[] = [];
  let time = 0;

  function watch(connection: Connection): Timed[] {
    const queue: Timed[] = [];
    connection.on("dataRow", ({ fields }) => {
      const [answer] = queue;
      if (answer === undefined) return;
      answer.rows += 1;
      for (const field of fields) answer.bytes += field?.length ?? 0;
    });
    connection.on("readyForQuery", () => {
      const answer = queue.shift();
      if (answer === undefined) return;
      time += 1;
      answer.ended = time;
      all.push(answer);
    });
    inFlight.set(connection, queue);
    return queue;
  }

  beforeAll(() => {
    Connection.prototype.bind = function (this: Connection, message) {
      const statement = message.statement.replace(/^pevensie_(.*)_.*$/, "$1");
      time += 1;
      (inFlight.get(this) ?? watch(this)).push({ statement, bytes: 0, rows: 0, begun: time, ended: Number.NaN });
      bind.call(this, message);
    };
  });
  afterAll(() => {
    Connection.prototype.bind = bind;
  });
  beforeEach(() => {
    all.length = 0;
  });

  return {
    all,
    mostInFlight: (condition) => {
      const those = all.filter(condition);
      const besides = ({ begun }: Timed) => those.filter((other) => other.begun <= begun && other.ended > begun).length;
      return Math.max(0, ...those.map(besides));
    },
  };
}
