import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { createApp } from "./app.js";
import type { Services } from "./services.js";

/** A server that accepts requests. */
export interface RunningServer {
  readonly port: number;
  /** Answers the requests in flight, and ends. */
  close(): Promise<void>;
}

/** Serves the application on the host and port of its settings. */
export async function startServer(services: Services): Promise<RunningServer> {
  const app = createApp(services);
  const { host, port } = services.settings;
  const server = await new Promise<ServerType>((resolve, reject) => {
    const created = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(created));
    created.once("error", reject);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeIdleConnections" in server) server.closeIdleConnections();
      }),
  };
}
