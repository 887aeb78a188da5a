import { afterAll, beforeAll } from "vitest";
import { Figures } from "../../examples/web/figures.js";
import { seed } from "../../examples/web/seed.js";
import { type RunningServer, startServer } from "../../examples/web/server.js";
import { connectServices, type Services } from "../../examples/web/services.js";
import { readSettings } from "../../examples/web/settings.js";
import { freePort } from "../../src/embedded/ports.js";
import { useDatabase } from "./database.js";

/** The example application, while the tests of a file run. */
export interface Example {
  readonly url: string;
  readonly services: Services;
  /** The rows of a statement, for looking behind the scenes, and for moving times into the past. */
  rows<T = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Creates a user with a confirmed address, without a sign-up. */
  addUser(name: string, options?: { readonly role?: string }): Promise<Person>;
}

/** Somebody who can log in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Serves the example from a database of the test file. Call it at the file's top level, and use the result inside tests. */
export function useExample(options: { readonly seeded?: boolean } = {}): () => Example {
  const database = useDatabase();
  let example: Example | undefined;
  let server: RunningServer;
  beforeAll(async () => {
    const port = await freePort();
    const settings = readSettings({ PORT: String(port) }, database.url, "k".repeat(32));
    const services = await connectServices(settings, new Figures());
    if (options.seeded) await seed(services);
    server = await startServer(services);
    const { rows } = database;
    example = { url: settings.origin, services, rows, addUser: (...args) => addUser(services, ...args) };
  });
  afterAll(async () => {
    await server.close();
    await example?.services.disconnect();
  });
  return () => {
    if (example === undefined) throw new Error("The example runs inside tests.");
    return example;
  };
}

async function addUser({ auth }: Services, name: string, { role }: { readonly role?: string } = {}): Promise<Person> {
  const email = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, ".")}@example.org`;
  const password = `the password of ${name}`;
  const { id } = await auth.createUserWithEmail({ email, password, role, userMetadata: { name } });
  await auth.updateUser(id, { emailConfirmedAt: new Date() });
  return { id, name, email, password };
}
