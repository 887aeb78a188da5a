import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { parseSetCookie, type SetCookie } from "cookie";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The cookies that the response sets. */
  readonly cookies: readonly SetCookie[];
  /** The JSON of the body; its text if it is no JSON. */
  readonly body: unknown;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A client that keeps cookies by name, as a browser does, and sends what headers a test wants. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #port: number;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers - sent with each request, such as the `Host` that a user has typed */
  constructor(port: number, headers: Readonly<Record<string, string>> = {}) {
    this.#port = port;
    this.#headers = headers;
  }

  get(path: string, headers: Sent["headers"] = {}): Promise<Reply> {
    return this.send(path, { headers });
  }

  post(path: string, body: unknown = {}, headers: Sent["headers"] = {}): Promise<Reply> {
    return this.send(path, { method: "POST", body, headers });
  }

  async send(path: string, { method = "GET", headers = {}, body }: Sent): Promise<Reply> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const given = { ...this.#headers, ...(cookie === "" ? {} : { cookie }), ...headers };
    const defined = Object.entries(given).filter((header): header is [string, string] => header[1] !== undefined);
    const reply = await new Promise<Reply>((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.#port, path, method, agent: false as const };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const sent = httpRequest({ ...options, headers: { ...type, ...Object.fromEntries(defined) } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => {
          const cookies = (response.headers["set-cookie"] ?? []).map((line) => parseSetCookie(line));
          resolve({ status: response.statusCode ?? 0, headers: response.headers, cookies, body: read(text) });
        });
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    for (const { name, value = "", maxAge } of reply.cookies) {
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
