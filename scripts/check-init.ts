/**
 * `pevensie init`, as somebody uses it for the first time: with the packed package, in an empty folder, for each template. Each application
 * is installed, type-checked, started with `npm run dev`, signed up to, logged in to and stopped. `npm run init:check -- hono` names one.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../src/embedded/ports.js";
import { packInto } from "./pack.js";

const TEMPLATES = ["express", "fastify", "hono"];
const EMAIL = "susan@example.com";
const PASSWORD = "the horn and the bow";
/** Only for an application that hangs. */
const PATIENCE_MS = 180_000;

/** Nothing of a developer's own database or keys. */
const { DATABASE_URL, COOKIE_KEY, ...ENV } = process.env;

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, [...args], { cwd, env: ENV, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

function expect(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, and not ${String(expected)}`);
}

/** An application that runs, and everything that it has started. */
class Application {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = "";

  constructor(folder: string, port: number) {
    const env = { ...ENV, PORT: String(port) };
    this.#process = spawn("npm", ["run", "dev"], {
      cwd: folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#ended = new Promise((resolve) => this.#process.once("exit", resolve));
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Resolves when the application has printed its address. */
  async start(url: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.#output.includes(url)) {
      if (this.#process.exitCode !== null || Date.now() > deadline)
        throw new Error(`it did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it as Ctrl-C does, which a terminal sends to all processes. */
  async stop(): Promise<void> {
    if (this.#process.pid === undefined) return;
    const overdue = setTimeout(() => process.kill(-(this.#process.pid ?? 0), "SIGKILL"), PATIENCE_MS);
    if (this.#process.exitCode === null) process.kill(-this.#process.pid, "SIGINT");
    await this.#ended;
    clearTimeout(overdue);
    expect("the signal that ended npm run dev", this.#process.signalCode === "SIGKILL", false);
  }
}

/** A browser that keeps its cookies. */
class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(path: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${this.#url}${path}`, {
      headers: { cookie, "sec-fetch-site": "same-origin" },
      redirect: "manual",
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (value === "") this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }
}

/** Signs up, out and in again. */
async function use(url: string): Promise<void> {
  const visitor = new Visitor(url);
  const credentials = { email: EMAIL, password: PASSWORD };
  expect("the private page for strangers", (await visitor.send("/private")).headers.get("location"), "/log-in");
  expect("an address that does not exist", (await visitor.send("/favicon.ico")).status, 404);
  expect(
    "a sign-up with a short password",
    (await visitor.send("/sign-up", { ...credentials, password: "short" })).status,
    422,
  );
  expect("a sign-up", (await visitor.send("/sign-up", credentials)).status, 303);
  expect("the private page", (await (await visitor.send("/private")).text()).includes(EMAIL), true);
  expect("a logout", (await visitor.send("/log-out", {})).status, 303);
  expect("the private page after it", (await visitor.send("/private")).status, 303);
  expect("a second sign-up", (await visitor.send("/sign-up", credentials)).status, 422);
  expect(
    "a wrong password",
    (await visitor.send("/log-in", { ...credentials, password: "an open sesame" })).status,
    401,
  );
  expect("a login", (await visitor.send("/log-in", credentials)).status, 303);
  expect("the private page again", (await (await visitor.send("/private")).text()).includes(EMAIL), true);
}

async function check(template: string, tarball: string, folder: string): Promise<void> {
  const start = Date.now();
  run("npx", ["--yes", `--package=${tarball}`, "pevensie", "init", "--template", template, template], folder);
  const application = join(folder, template);
  // Before a release, the registry does not have this version: the tarball takes its place.
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", tarball], application);
  run("npm", ["run", "--silent", "typecheck"], application);
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const running = new Application(application, port);
  try {
    await running.start(url);
    await use(url);
  } finally {
    await running.stop();
  }
  expect("a postmaster.pid after the end", findPostmaster(join(application, ".pevensie")), undefined);
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  console.log(`pevensie init --template ${template}: installed, running, logged in and stopped in ${seconds} s`);
}

function findPostmaster(folder: string): string | undefined {
  if (!existsSync(folder)) return "no folder for the data";
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).find((path) => path.endsWith("postmaster.pid"));
}

const folder = mkdtempSync(join(tmpdir(), "pevensie-init-"));
try {
  const tarball = packInto(folder);
  const named = process.argv.slice(2);
  for (const template of named.length === 0 ? TEMPLATES : named) await check(template, tarball, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
