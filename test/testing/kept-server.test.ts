import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as ports from "../../src/embedded/ports.js";
import { type DevServerOptions, startDevServer } from "../../src/testing/index.js";
import { rowsOf } from "../support/dev-server.js";

vi.mock("../../src/embedded/ports.js", { spy: true });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pevensie-kept-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

test("listens on another port if its own is taken between the check and the start", async () => {
  const first = await startDevServer({ folder });
  await first.stop();
  const port = Number(new URL(first.connectionString).port);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
  try {
    vi.mocked(ports.isFree).mockResolvedValueOnce(true);
    const notices: string[] = [];
    await using server = await startDevServer({ folder, onNotice: (line) => notices.push(line) });
    expect(notices).toEqual([expect.stringContaining(`port ${port} is taken`)]);
    expect(await rowsOf(server.connectionString, "select 1 as one")).toEqual([{ one: 1 }]);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test("a folder is refused where the server is ephemeral, and nothing is started", async () => {
  const refused = { code: "INVALID_INPUT", field: "folder" };
  await expect(startDevServer({ folder, ephemeral: true })).rejects.toMatchObject(refused);
});

test.each([
  ["folder", ""],
  ["folder", 5],
  ["folder", "a\0b"],
  ["ephemeral", "yes"],
  ["onNotice", 5],
  ["port", 70_000],
])("refuses as %s the value %j", async (field, value) => {
  const options = { folder, [field]: value } as DevServerOptions;
  await expect(startDevServer(options)).rejects.toMatchObject({ code: "INVALID_INPUT", field });
  expect(readdirSync(folder)).toEqual([]);
});

test("writes no .gitignore into a folder with other files", async () => {
  writeFileSync(join(folder, "index.ts"), "");
  await using _server = await startDevServer({ folder });
  expect(readdirSync(folder).sort()).toEqual(["index.ts", "server"]);
});
