/**
 * Rules for the code in src/ that neither the compiler nor the linter knows: where SQL, timers and pg's internals may stand.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

interface Rule {
  readonly pattern: RegExp;
  readonly message: string;
  /** The files in src/ that the rule does not apply to. */
  readonly except: readonly string[];
}

const RULES: readonly Rule[] = [
  {
    pattern:
      /["'`]\s*(?:select|insert into|update|delete from|begin|commit|rollback|set local|with)\s|\bfrom pevensie\./i,
    message: "holds SQL, which belongs in queries/",
    // The migration runner's bookkeeping, commands of transactions, and an expression for Citus.
    except: [
      "postgres/migrations/migrate.ts",
      "postgres/migrations/migration-transaction.ts",
      "postgres/migrations/plan.ts",
      "postgres/execution/transaction.ts",
      "postgres/execution/distributed-sql.ts",
    ],
  },
  {
    // src/timers.ts takes Node's own, which the fake timers of an application's tests do not replace.
    pattern: /\b(?:setTimeout|setInterval|setImmediate|performance\.now|process\.hrtime)\b|"node:(?:timers|perf_hooks)/,
    message: "must take its timers from src/timers.ts",
    // The command line is a process of its own.
    except: ["timers.ts", "cli/dev.ts", "cli/sweep.ts"],
  },
  {
    // The private members of pg's and pg-pool's classes, whether or not the package uses them.
    pattern:
      /\b(?:_?queryQueue|_?activeQuery|_hasActiveQuery|_queryable|_connected|_connecting|_connectionError|_pulseQueue|_pulseQueryQueue|_pendingQueue|_idle|_clients|_isFull|_ending|parsedStatements|processID|secretKey|parameterStatus|readyForQuery)\b|\.pipeline\b/,
    message: "uses an internal of pg, which belongs in src/postgres/protocol/pg-internals.ts",
    except: ["postgres/protocol/pg-internals.ts"],
  },
];

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "src");
const problems = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((entry) => entry.endsWith(".ts"))
  .flatMap((entry) => {
    const file = entry.split(sep).join("/");
    const code = readFileSync(join(source, entry), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    return RULES.filter(({ pattern, except }) => pattern.test(code) && !except.includes(file)).map(
      ({ message }) => `src/${file} ${message}`,
    );
  });

for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? "src/ keeps to the rules for its code" : `${problems.length} breaches of the rules`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
