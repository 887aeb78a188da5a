import type pg from "pg";
import { now } from "../timers.js";
import { answered, type Connection, connectionOf, isAborted } from "./client.js";
import { Execution, type Rows } from "./execution.js";
import type { Statement, Value } from "./statement.js";

/** How many connections the look-ups of one kind take. */
export const MAX_LINES = 2;

interface Traffic {
  /** How many statements are on their way through one connection at once: the server never has to wait for the next. */
  readonly depth: number;
  /** While the statement at its head takes longer, in milliseconds, a line is slow: others do not go behind it. */
  readonly slow: number;
}

/** What goes over a line: look-ups, or the steps of large ones. */
export type TrafficKind = "look-ups" | "bulk";

/** The steps of bulk calls take the server so long that its second processor is worth a connection from the first on. */
const TRAFFIC: Readonly<Record<TrafficKind, Traffic>> = {
  "look-ups": { depth: 3, slow: 2 },
  bulk: { depth: 3, slow: 0 },
};

/** Where lines get their connections. */
export interface LineHost {
  checkOut(): Promise<pg.PoolClient>;
  giveBack(client: pg.PoolClient): void;
  /** Whether others wait for a connection. */
  isContended(): boolean;
  /** How long a statement may take, in milliseconds. */
  readonly timeout: number;
  /** A statement was answered, so many milliseconds after its turn had come. */
  onStatement(label: string, milliseconds: number): void;
}

/**
 * The connections for look-ups of one kind. On each, a few statements are on their way at once (PostgreSQL
 * documentation, 54.2.4): a server process that finds its next statement waiting neither goes to sleep nor has to be
 * woken, which takes longer than to look up a few rows.
 */
export class Lines {
  readonly #host: LineHost;
  readonly #traffic: Traffic;
  #lines: Line[] = [];

  constructor(host: LineHost, kind: TrafficKind) {
    this.#host = host;
    this.#traffic = TRAFFIC[kind];
  }

  /** How many statements can be under way at once. */
  get capacity(): number {
    return this.#traffic.depth * MAX_LINES;
  }

  /**
   * For how many more statements there is room now. While a quick line is full there is none, although a second line could
   * be opened: what waits then goes out in a larger batch, soon.
   */
  get room(): number {
    const time = now();
    const { depth, slow } = this.#traffic;
    const open = this.#open;
    const quick = open.find((line) => !line.hasTakenLonger(slow, time));
    if (quick !== undefined) return depth - quick.length;
    if (this.#lines.length < MAX_LINES) return depth;
    return open.reduce((room, line) => room + depth - line.length, 0);
  }

  /** Runs a prepared statement; null where no line has room. The error is the server's own, or `NoAnswer`. */
  run<Row>(statement: Statement<never, Row>, values: Value[]): Promise<Rows<Row>> | null {
    return this.#choose()?.run(statement, values) ?? null;
  }

  #choose(): Line | null {
    const time = now();
    const { depth, slow } = this.#traffic;
    const open = this.#open.filter((line) => line.length < depth);
    const quick = open.find((line) => !line.hasTakenLonger(slow, time));
    if (quick !== undefined) return quick;
    if (this.#lines.length >= MAX_LINES) return leastSlow(open);
    const line = new Line(this.#host, () => {
      this.#lines = this.#lines.filter((other) => other !== line);
    });
    this.#lines.push(line);
    return line;
  }

  get #open(): Line[] {
    return this.#lines.filter((line) => line.isOpen);
  }
}

/** Of connections that are all slow, the one that became so last: the statement of another may wait for a lock. */
function leastSlow(lines: readonly Line[]): Line | null {
  return lines.reduce<Line | null>((least, line) => (least === null || line.since > least.since ? line : least), null);
}

/** A connection, from the first statement of many to the last. */
class Line {
  readonly #host: LineHost;
  readonly #onEnd: () => void;
  readonly #connected: Promise<pg.PoolClient>;
  readonly #opened = now();
  #client: pg.PoolClient | undefined;
  /** How many statements have entered and not left. */
  #length = 0;
  /** Those of them that are to be answered, in this order. */
  readonly #underWay: Pick<Execution<never>, "begun" | "isSent" | "sendAhead">[] = [];

  constructor(host: LineHost, onEnd: () => void) {
    this.#host = host;
    this.#onEnd = onEnd;
    this.#connected = host.checkOut();
  }

  get length(): number {
    return this.#length;
  }

  /** Whether it takes more statements: not while others wait for a connection. */
  get isOpen(): boolean {
    return this.#client === undefined || !(this.#host.isContended() || isAborted(this.#client));
  }

  /** Since when its oldest statement is the next to be answered, or since when it waits for its connection. */
  get since(): number {
    return this.#client === undefined ? this.#opened : (this.#underWay[0]?.begun ?? Number.POSITIVE_INFINITY);
  }

  /** Whether the statement whose turn it is has had it for longer, or the connection is not there yet after that time. */
  hasTakenLonger(milliseconds: number, time: number): boolean {
    return time - this.since > milliseconds;
  }

  async run<Row>(statement: Statement<never, Row>, values: Value[]): Promise<Rows<Row>> {
    const execution = new Execution<Row>(statement, values, true);
    this.#length += 1;
    try {
      const client = this.#client ?? (await this.#connected);
      this.#client = client;
      const result = await answered<Rows<Row>>(client, this.#host.timeout, (callback) => {
        execution.callback = callback;
        this.#submit(client, execution);
      });
      this.#host.onStatement(statement.label, now() - execution.begun);
      return result;
    } finally {
      this.#length -= 1;
      if (this.#length === 0) this.#end();
    }
  }

  #end(): void {
    this.#onEnd();
    if (this.#client !== undefined) this.#host.giveBack(this.#client);
  }

  #submit<Row>(client: pg.ClientBase, execution: Execution<Row>): void {
    const ahead = this.#underWay.at(-1);
    this.#underWay.push(execution);
    // One function for all: what leads from a statement to those behind it would keep V8 from ever taking them for young.
    execution.onDone = this.#goOn;
    if (ahead === undefined) submit(client, execution);
    else if (ahead.isSent) execution.sendAhead(client);
  }

  /** What had to wait, since the connection did not know it or one ahead of it yet. */
  #sendRestAhead(client: pg.ClientBase): void {
    for (const [at, execution] of this.#underWay.entries()) {
      if (execution.isSent) continue;
      if (at > 0) execution.sendAhead(client);
      if (!execution.isSent) return;
    }
  }

  readonly #goOn = (turn: "now" | "later") => {
    this.#underWay.shift();
    const [next] = this.#underWay;
    const client = this.#client;
    if (next === undefined || client === undefined) return;
    // pg refuses statements of a failed connection. Before that, it would warn of one behind a foreign one.
    if (next.isSent && hasQueued(client)) giveUp(connectionOf(client));
    submit(client, next);
    this.#sendRestAhead(client);
    const check = () => {
      if (next.isSent && next.begun === Number.POSITIVE_INFINITY) giveUp(connectionOf(client));
    };
    if (turn === "now") check();
    else connectionOf(client).once("readyForQuery", check);
  };
}

/** Whether pg has queued a statement. Ours are submitted one at a time, so it is a foreign one (pg 8.23). */
function hasQueued(client: pg.ClientBase): boolean {
  const { _queryQueue: queue } = client as unknown as { _queryQueue?: readonly unknown[] };
  return queue !== undefined && queue.length > 0;
}

function submit(client: pg.ClientBase, execution: object): void {
  client.query(execution as pg.Submittable);
}

/**
 * Somebody else's statement has come between two of ours, and would be given the answer to the second: whatever there is on
 * the connection fails before that is read. Nobody but us has connections of our pool, unless pg itself was changed.
 */
function giveUp(connection: Connection): void {
  connection.emit("error", new Error("a statement of somebody else's came between statements that were sent together"));
  connection.stream.destroy();
}
