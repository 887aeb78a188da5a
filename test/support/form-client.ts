/** What a form gets for an answer. */
export interface FormReply {
  readonly status: number;
  /** Where a redirect leads; null without one. */
  readonly location: string | null;
  readonly text: string;
}

/** Somebody who sends forms without a browser: keeps cookies, and follows no redirect. */
export class FormClient {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get(path: string): Promise<FormReply> {
    return this.#send(path, {});
  }

  /** Sends a form from a page of the application. */
  post(path: string, form: Readonly<Record<string, string>>, page = path): Promise<FormReply> {
    const headers = { referer: new URL(page, this.#url).href };
    return this.#send(path, { method: "POST", body: new URLSearchParams(form), headers });
  }

  /** Forgets the cookies, as if the session had ended. */
  forget(): void {
    this.#cookies.clear();
  }

  async #send(path: string, init: RequestInit & { readonly headers?: Record<string, string> }): Promise<FormReply> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = cookie === "" ? init.headers : { ...init.headers, cookie };
    const response = await fetch(new URL(path, this.#url), {
      ...init,
      ...(headers && { headers }),
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get("location"), text: await response.text() };
  }
}
