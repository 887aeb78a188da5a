/** The dependency rule of docs/architecture.md, checked against every import in src/, type-only ones included. */

/** What the drivers of auth and those of the cache may import. */
const SHARED_BY_DRIVERS = [
  "errors",
  "promise.ts",
  "events.ts",
  "timers.ts",
  "shape.ts",
  "generated",
  "postgres/config",
  "postgres/protocol",
  "postgres/execution",
  "postgres/drivers/circuit.ts",
  "postgres/drivers/lifecycle.ts",
  "postgres/drivers/sweep",
];

/** What each module may import: others of src/, generated/, and packages. Everything may import itself and Node's modules. */
const MODULES = {
  "json.ts": [],
  "idle-timeout.ts": [],
  "events.ts": [],
  "promise.ts": [],
  "shape.ts": [],
  "timers.ts": [],
  "pg-interface.ts": ["errors"],
  "transaction-client.ts": [],
  errors: [],
  "lease.ts": ["errors"],
  net: ["errors"],
  input: ["errors", "net", "@standard-schema/spec"],
  auth: [
    "pg-interface.ts",
    "transaction-client.ts",
    "errors",
    "events.ts",
    "lease.ts",
    "net",
    "input",
    "json.ts",
    "promise.ts",
    "shape.ts",
    "@node-rs/argon2",
    "@node-rs/bcrypt",
    "@standard-schema/spec",
  ],
  cache: [
    "pg-interface.ts",
    "errors",
    "events.ts",
    "lease.ts",
    "input",
    "promise.ts",
    "shape.ts",
    "timers.ts",
    "@standard-schema/spec",
    "lru-cache",
  ],
  web: ["errors", "input", "net", "idle-timeout.ts", "json.ts", "shape.ts", "auth", "cookie", "proxy-addr"],
  // Adapters of sessions over HTTP to frameworks: no driver, and no plug knows another.
  "plugs/session-functions.ts": ["auth", "web"],
  "plugs/sessions.ts": ["errors", "input", "shape.ts", "auth", "web", "plugs/session-functions.ts"],
  "plugs/express.ts": ["errors", "auth", "web", "plugs/session-functions.ts", "plugs/sessions.ts", "express"],
  "plugs/fastify.ts": ["auth", "web", "plugs/session-functions.ts", "plugs/sessions.ts", "fastify"],
  "plugs/hono.ts": ["json.ts", "auth", "web", "plugs/session-functions.ts", "plugs/sessions.ts", "hono"],
  // Adapters of the public cache to other libraries: no driver, and no plug knows another.
  "plugs/common.ts": ["errors", "input", "cache"],
  "plugs/express-rate-limit.ts": ["input", "cache", "plugs/common.ts", "express-rate-limit"],
  "plugs/keyv.ts": ["input", "cache", "plugs/common.ts", "keyv"],
  "plugs/unstorage.ts": ["input", "cache", "plugs/common.ts", "unstorage"],
  "index.ts": ["errors", "events.ts", "net", "auth", "cache"],
  // Servers from binaries of another package: nothing of the drivers.
  embedded: ["errors", "timers.ts"],
  testing: ["errors", "input", "net", "timers.ts", "auth", "cache", "embedded", "generated", "postgres", "pg"],
  cli: ["errors", "input", "timers.ts", "auth", "json.ts", "postgres", "testing"],
  "postgres/config": ["pg-interface.ts", "errors", "input", "timers.ts", "pg"],
  "postgres/protocol": [
    "pg-interface.ts",
    "errors",
    "input",
    "promise.ts",
    "timers.ts",
    "transaction-client.ts",
    "generated",
    "pg",
  ],
  "postgres/pool": [
    "pg-interface.ts",
    "errors",
    "events.ts",
    "promise.ts",
    "timers.ts",
    "postgres/config",
    "postgres/protocol",
    "pg",
  ],
  "postgres/execution": [
    "pg-interface.ts",
    "errors",
    "events.ts",
    "promise.ts",
    "timers.ts",
    "transaction-client.ts",
    "generated",
    "postgres/config",
    "postgres/protocol",
    "postgres/pool",
  ],
  "postgres/migrations": [
    "pg-interface.ts",
    "errors",
    "promise.ts",
    "input",
    "generated",
    "postgres/config",
    "postgres/protocol",
    "postgres/pool",
    "pg",
  ],
  // Of migrations, versions alone.
  "postgres/drivers": [
    "errors",
    "promise.ts",
    "events.ts",
    "input",
    "timers.ts",
    "auth",
    "cache",
    "generated",
    "postgres/config",
    "postgres/protocol",
    "postgres/execution",
    "postgres/migrations/versions.ts",
  ],
  "postgres/drivers/sweep": ["input", "timers.ts", "generated", "postgres/protocol", "postgres/execution"],
  "postgres/drivers/auth": [...SHARED_BY_DRIVERS, "input", "net", "idle-timeout.ts", "json.ts", "auth", "uuidv7"],
  "postgres/drivers/cache": [...SHARED_BY_DRIVERS, "postgres/drivers/connection-state.ts", "cache"],
  "postgres/custom-queries.ts": [
    "errors",
    "input",
    "json.ts",
    "net",
    "auth",
    "postgres/drivers",
    "postgres/protocol",
    "@standard-schema/spec",
  ],
  "postgres/queries.ts": ["generated"],
  "postgres/index.ts": [
    "pg-interface.ts",
    "postgres/config",
    "postgres/custom-queries.ts",
    "postgres/drivers",
    "postgres/migrations",
    "postgres/pool",
    "postgres/protocol",
  ],
};

const escaped = (text) => text.replaceAll(/[.\\/]/g, "\\$&");
const inSource = (name) => `^src/${escaped(name)}${name.endsWith(".ts") ? "$" : "/"}`;
/** The modules inside another one that have rules of their own. */
const nestedIn = (name) =>
  Object.keys(MODULES)
    .filter((other) => other.startsWith(`${name}/`))
    .map(inSource);
const pathOf = (name) => {
  if (name === "generated") return "^generated/";
  if (name in MODULES || name.startsWith("postgres/") || name === "postgres") return inSource(name);
  return `^node_modules/(@types/)?${escaped(name)}/`;
};

export default {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-module-without-a-rule",
      severity: "error",
      from: { path: "^src/", pathNot: Object.keys(MODULES).map(inSource) },
      to: {},
    },
    {
      name: "no-module-without-a-rule-and-imports",
      severity: "error",
      from: { orphan: true, path: "^src/", pathNot: Object.keys(MODULES).map(inSource) },
      to: {},
    },
    ...Object.entries(MODULES).map(([name, allowed]) => ({
      name: `imports-of-${name}`,
      severity: "error",
      from: { path: inSource(name), pathNot: nestedIn(name) },
      to: { pathNot: [inSource(name), ...allowed.map(pathOf)], dependencyTypesNot: ["core"] },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      conditionNames: ["pevensie-source", "import", "types", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
