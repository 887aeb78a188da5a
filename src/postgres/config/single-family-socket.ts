import { Socket, type TcpNetConnectOpts } from "node:net";

/** Resolves host names to one IP version. pg has no option for it: it calls `connect(port, host)` on its socket. */
export class SingleFamilySocket extends Socket {
  readonly #family: 4 | 6;

  constructor(family: 4 | 6) {
    super();
    this.#family = family;
  }

  override connect(...target: unknown[]): this {
    const [port, host] = target;
    if (typeof port !== "number" || typeof host !== "string") return super.connect(port as string);
    const options: TcpNetConnectOpts = { port, host, family: this.#family };
    return super.connect(options);
  }
}
