import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The two ends of one connection through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Whether the next bytes from the server are to end the connection instead of reaching the client. */
  cut: boolean;
  /** Whether the server's end outlives the client's: a request of it is still on its way. */
  isLate: boolean;
}

/** A request that is on its way when its client has lost the connection. */
export interface LateRequest {
  /** Resolves once the client has lost the connection. */
  readonly lost: Promise<void>;
  /** Lets the server receive it. Resolves with the server's response. */
  deliver(): Promise<void>;
}

/**
 * A proxy between the package and Postgres that fails in the ways networks do: no response, and loss in the
 * middle of an exchange.
 */
export class TcpProxy {
  readonly #listener: Server;
  readonly #target: URL;
  readonly #pairs = new Set<Pair>();
  #stalled = false;
  /** Which bytes of a client are those whose answer is to be lost. */
  #cutReplyTo: string | undefined;
  #cutsLeft = 0;
  #delayed: { readonly text: string; readonly onRequest: (pair: Pair, request: Buffer) => void } | undefined;
  #refusal: { readonly answer: Buffer; left: number } | undefined;
  #closesLeft = 0;
  /** How many answers have been lost so far. */
  cuts = 0;
  /** How many connections have been made so far, refused ones included. */
  accepted = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#listener = createServer((client) => this.#accept(client));
  }

  /** A proxy for the server of a connection string. */
  static async start(target: string, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    proxy.#listener.listen(port, "127.0.0.1");
    await once(proxy.#listener, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** The connection string that leads through the proxy. */
  get url(): string {
    return Object.assign(new URL(this.#target), { hostname: "127.0.0.1", port: String(this.port) }).href;
  }

  /** From now on nothing gets through in either direction; new connections are accepted, and no more. */
  stall(): void {
    this.#stalled = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** From now on nothing gets through on the connections that are open. */
  stallOpen(): void {
    this.stall();
    this.#stalled = false;
  }

  /** Everything gets through again, delayed bytes first. Half-open connections are reset. */
  pass(): void {
    this.#stalled = false;
    for (const { client, server } of this.#pairs) {
      if (server.destroyed) client.resetAndDestroy();
      client.resume();
      server.resume();
    }
  }

  /** Lets the next requests that contain the text reach the server, and destroys their connections on the answer. */
  cutReplyTo(text: string, times = 1): void {
    this.#cutReplyTo = text;
    this.#cutsLeft = times;
  }

  /** Keeps back the next request that contains the text, and ends its client's connection. */
  delay(text: string): LateRequest {
    let server: Socket;
    let request: Buffer;
    const lost = new Promise<void>((resolve) => {
      const onRequest = (pair: Pair, chunk: Buffer) => {
        this.#delayed = undefined;
        request = chunk;
        server = pair.server;
        pair.isLate = true;
        // Nothing else that happens to connections concerns it.
        this.#pairs.delete(pair);
        pair.client.resetAndDestroy();
        resolve();
      };
      this.#delayed = { text, onRequest };
    });
    const deliver = async () => {
      await lost;
      const response = once(server, "data");
      server.write(request);
      await response;
      server.destroy();
    };
    return { lost, deliver };
  }

  /** Answers the start-up of the next connections with a fatal error, as a server does that is not ready. */
  refuseNext(sqlState: string, times: number): void {
    const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0Mrefused by the proxy\0\0`);
    const head = Buffer.alloc(5);
    head.write("E");
    head.writeUInt32BE(fields.length + 4, 1);
    this.#refusal = { answer: Buffer.concat([head, fields]), left: times };
  }

  /** Accepts the next connections and closes them, as a load balancer does that has no server. */
  closeNext(times: number): void {
    this.#closesLeft = times;
  }

  /** The server's ends are closed; the clients' stay open, without ever getting a response. */
  goHalfOpen(): void {
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.destroy();
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  #accept(client: Socket): void {
    this.accepted += 1;
    if (this.#refusal !== undefined && this.#refusal.left > 0) {
      this.#refusal.left -= 1;
      const { answer } = this.#refusal;
      client.on("error", () => {}).once("data", () => client.end(answer));
      return;
    }
    if (this.#closesLeft > 0) {
      this.#closesLeft -= 1;
      client
        .on("error", () => {})
        .resume()
        .end();
      return;
    }
    const server = connect(Number(this.#target.port), this.#target.hostname);
    const pair: Pair = { client, server, cut: false, isLate: false };
    this.#pairs.add(pair);
    for (const socket of [client, server]) socket.setNoDelay(true).on("error", () => {});
    client.on("data", (chunk: Buffer) => {
      if (this.#delayed !== undefined && chunk.includes(this.#delayed.text)) {
        this.#delayed.onRequest(pair, chunk);
        return;
      }
      if (this.#cutReplyTo !== undefined && this.#cutsLeft > 0 && chunk.includes(this.#cutReplyTo)) {
        this.#cutsLeft -= 1;
        pair.cut = true;
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => {
      if (!pair.cut) {
        if (!pair.isLate) client.write(chunk);
        return;
      }
      this.cuts += 1;
      client.destroy();
      server.destroy();
    });
    client.on("close", () => {
      this.#pairs.delete(pair);
      if (!pair.isLate) server.destroy();
    });
    server.on("close", () => {
      // goHalfOpen simulates a server that vanishes; otherwise the server's end closes the client's.
      if (!client.isPaused()) client.end();
    });
    if (this.#stalled) {
      client.pause();
      server.pause();
    }
  }
}
