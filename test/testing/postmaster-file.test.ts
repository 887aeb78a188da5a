import { describe, expect, test } from "vitest";
import { isBeforeBoot, namesServer, type PostmasterFile } from "../../src/embedded/postmaster-file.js";

const lock = (folder: string): PostmasterFile => ({ pid: 1, folder, startedAt: 100, port: 23_817, isReady: true });

describe("a command line", () => {
  test.each([
    [
      "/a/bin/postgres -D /p/.pevensie/server/data -p 23817 -h 127.0.0.1 -k  -c fsync=off\n",
      "/p/.pevensie/server/data",
    ],
    ["/a b/bin/postgres -D /p q/(x)+/data", "/p q/(x)+/data"],
    ["/a/bin/postgres -D /p/Zo\\M-C\\M-+/data -p 23817", "/p/Zoë/data"],
    ['"C:\\P q\\bin\\postgres.exe" -D "C:\\p q\\data" -p 23817 -h 127.0.0.1\r\n', "C:/p q/data"],
    ["/a/bin/postgres -D /proc/self/fd/3 -p 23817 -h 127.0.0.1 ", "/proc/self/fd/3"],
  ])("%j names the server on its folder", (command, data) => {
    expect(namesServer(command, lock(data))).toBe(true);
  });

  test.each([
    ["", "/p/data"],
    ["/usr/bin/vim /p/data/postgresql.conf", "/p/data"],
    ["/a/bin/postgres -D /q/data -p 23817 -h 127.0.0.1", "/p/data"],
    ["/a/bin/postgres -D /p/database -p 23817 -h 127.0.0.1", "/p/data"],
    ["/a/bin/postgres -D /pxdata -p 23817 -h 127.0.0.1", "/p.data"],
    ["/a/bin/not-postgres -D /p/data -p 23817", "/p/data"],
    ["postgres: checkpointer", "/p/data"],
    ["/a/bin/postgres -D /proc/self/fd/3 -p 23818 -h 127.0.0.1 ", "/proc/self/fd/3"],
  ])("%j does not name the server on %s", (command, data) => {
    expect(namesServer(command, lock(data))).toBe(false);
  });
});

test("a server that started before the system did is no longer running", () => {
  expect(isBeforeBoot(lock("/p/data"), 101)).toBe(true);
  expect(isBeforeBoot(lock("/p/data"), 100)).toBe(false);
});
