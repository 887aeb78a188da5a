import { code, type Mutation, tests } from "./mutation.js";

const POSTMASTER_FILE = "src/embedded/postmaster-file.ts";

/** What the command `pevensie` does to files and processes that it finds. */
export const COMMANDS: readonly Mutation[] = [
  {
    guard: "A separator of lines inside JSON does not split a line of an import",
    edits: [code("src/cli/lines.ts", 'chunk.split("\\n")', "chunk.split(/[\\n\\u2028\\u2029]/)")],
    tests: [tests("auth/user-import", "a line of an import ends at no other character", "ends a line only where")],
  },
  {
    guard: "Without /proc, a program with the process id of a former server is not signalled",
    edits: [code(POSTMASTER_FILE, "return namesServer(command, file);", "return true;")],
    tests: [tests("testing/foreign-server", "another program that has the process id")],
  },
  {
    guard: "A process that cannot be identified is not signalled",
    edits: [code(POSTMASTER_FILE, "throw cannotStart(", "if (pid > 0) return true;\n  throw cannotStart(")],
    tests: [tests("testing/foreign-server", "a process that cannot be identified")],
  },
  {
    guard: "A process that may not be signalled is no server on data of this user's",
    edits: [code(POSTMASTER_FILE, "!isSignallable(pid) || ", "")],
    tests: [tests("testing/foreign-server", "another user's process")],
  },
  {
    guard: "A server on the original of a copied folder is not taken for one on the copy",
    edits: [code(POSTMASTER_FILE, " || (folder !== OPEN_FOLDER && !isSameFolder(folder, data))", "")],
    tests: [tests("testing/foreign-server", "a server on the original of a copied folder")],
  },
  {
    guard: "A command that was not run because of a signal does not count as a success",
    edits: [code("src/cli/dev.ts", "    process.exitCode = statusAfter(received);\n", "")],
    tests: [tests("cli-dev", "does not run it after")],
  },
  {
    guard: "A line of an import with an integer that would be rounded is refused",
    edits: [code("src/cli/import.ts", "String(Number(literal)) !== literal", "false")],
    tests: [tests("auth/user-import", "refuses an integer that would be rounded")],
  },
  {
    guard: "Digits inside a string of a line of an import are no integer",
    edits: [code("src/cli/import.ts", '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"|-?', "-?")],
    tests: [tests("auth/user-import", "refuses an integer that would be rounded")],
  },
  {
    guard: "An import that an error ends reports what it has done",
    edits: [code("src/cli/import.ts", "    outcome.report();\n", "")],
    tests: [tests("auth/user-import", "names the lines of an error")],
  },
  {
    guard: "Of an import's refused lines those that are not taken are named first",
    edits: [code("src/cli/import.ts", "(isLong ? isTaken(a) - isTaken(b) : 0) || ", "")],
    tests: [tests("auth/user-import", "names first what a repeated import refuses")],
  },
  {
    guard: "An import ends at a signal",
    edits: [code("src/cli/import.ts", "if (stop.signal.aborted) throw", "if (stop.signal.aborted && size < 0) throw")],
    tests: [tests("auth/user-import", "ends at a signal after the batch")],
  },
  {
    guard: "An import that stops at invalid UTF-8 reports the users imported so far",
    edits: [code("src/cli/import.ts", "      this.failure = new", "      throw new")],
    tests: [tests("auth/user-import", "ends inside a character")],
  },
  {
    guard: "Invalid settings end a repeated sweep",
    edits: [
      code("src/cli/sweep.ts", "    resolveConfig({ connectionString, schema: values.schema });\n", ""),
      code("src/cli/sweep.ts", ' || (isFirst && error.code === "INVALID_INPUT")', ""),
    ],
    tests: [tests("sweep/cli", '"--every","1s","--schema","pg_temp"')],
  },
  {
    guard: "A signal ends a sweep after the batch in progress",
    edits: [code("src/postgres/drivers/sweep/pace.ts", "this.#options.signal?.aborted !== true", "true")],
    tests: [tests("sweep/cli", "ends it after the batch in progress")],
  },
  {
    guard: "A second signal of the other kind ends a sweep immediately",
    edits: [code("src/cli/sweep.ts", "    for (const signal of SIGNALS) process.off(signal, end);\n", "")],
    tests: [tests("sweep/cli", "to Node, which ends the process")],
  },
  {
    guard: "A schema in which a signal ends a sweep is not counted as swept",
    edits: [code("src/cli/sweep.ts", "isInterrupted: signal.aborted", "isInterrupted: false")],
    tests: [tests("tenants/all-schemas", "is counted as interrupted")],
  },
  {
    guard: "A sweep that fails prints what its earlier batches removed",
    edits: [code("src/cli/sweep.ts", "error !== null && removed === 0", "error !== null")],
    tests: [tests("sweep/cli", "a server that is lost during a sweep")],
  },
  {
    guard: "A command goes on when nobody reads what it prints",
    edits: [code("src/cli/main.ts", '  if (error.code === "EPIPE") return;\n', "  if (error) throw error;\n")],
    tests: [tests("cli", "goes on when nobody reads")],
  },
  {
    guard: "Root's log is not written through a link of another user's",
    edits: [code("src/embedded/postmaster.ts", "O_WRONLY | NO_FOLLOW", "O_WRONLY")],
    tests: [tests("testing/kept-server", "the log is not written through a link")],
  },
  {
    guard: "The lock file of a server is not written through a link",
    edits: [code("src/embedded/foreign-server.ts", "constants.O_RDWR | NO_FOLLOW", "constants.O_RDWR")],
    tests: [tests("testing/kept-server", "a link in place of the data's lock file")],
  },
  {
    guard: "A folder of the server's user is taken back by root",
    edits: [code("src/embedded/kept-server.ts", "    lchownSync(this.path, 0, 0);\n", "")],
    tests: [tests("testing/kept-server", "is taken back, and no link in it is followed")],
  },
  {
    guard: "A server whose start is aborted is stopped",
    edits: [
      code(
        "src/embedded/postmaster.ts",
        "      await this.#abort();\n",
        "      if (error === null) await this.#abort();\n",
      ),
    ],
    tests: [tests("testing/kept-server", "an aborted start")],
  },
  {
    guard: "A command whose server ended does not count as a success",
    edits: [code("src/cli/dev.ts", "isLost && status === 0 ? 1 : status", "isLost ? status : status")],
    tests: [tests("cli-dev", "says that the server ended while the command runs")],
  },
  {
    guard: "A server that is about to end is not joined",
    edits: [
      code(
        "src/embedded/kept-server.ts",
        "if (!this.#server.hasEnded) removeRunner(",
        "if (this.#server.hasEnded) removeRunner(",
      ),
    ],
    tests: [tests("testing/kept-server", "a start during stop()")],
  },
  {
    guard: "A folder is refused for an ephemeral server",
    edits: [code("src/testing/dev-server.ts", "if (options.folder !== undefined)", "if (options.folder === null)")],
    tests: [tests("testing/kept-server", "a folder is refused")],
  },
];
