/** The dependency rule of docs/architecture.md, checked against every import in src/, type-only ones included. */

/** What each module may import: others of src/, generated/, and packages. Everything may import itself and Node's modules. */
const MODULES = {
  "json.ts": [],
  "events.ts": [],
  "promise.ts": [],
  "shape.ts": [],
  "timers.ts": [],
  "client.ts": ["errors"],
  errors: [],
  "lease.ts": ["errors"],
  net: [],
  input: ["errors", "net", "json.ts", "@standard-schema/spec"],
  auth: [
    "client.ts",
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
    "client.ts",
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
  web: ["errors", "input", "net", "json.ts", "shape.ts", "auth", "cookie", "proxy-addr"],
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
  cli: ["errors", "auth", "json.ts", "postgres", "testing"],
  "postgres/config": ["client.ts", "errors", "input", "pg"],
  "postgres/protocol": ["client.ts", "errors", "input", "promise.ts", "timers.ts", "auth", "generated", "pg"],
  "postgres/pool": [
    "client.ts",
    "errors",
    "events.ts",
    "promise.ts",
    "timers.ts",
    "postgres/config",
    "postgres/protocol",
    "pg",
  ],
  "postgres/execution": [
    "client.ts",
    "errors",
    "events.ts",
    "promise.ts",
    "timers.ts",
    "auth",
    "generated",
    "postgres/config",
    "postgres/protocol",
    "postgres/pool",
    "pg",
  ],
  "postgres/migrations": [
    "client.ts",
    "errors",
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
    "events.ts",
    "input",
    "net",
    "json.ts",
    "shape.ts",
    "timers.ts",
    "auth",
    "cache",
    "generated",
    "postgres/config",
    "postgres/protocol",
    "postgres/execution",
    "postgres/migrations/versions.ts",
    "uuidv7",
  ],
  "postgres/custom-queries.ts": [
    "errors",
    "input",
    "json.ts",
    "net",
    "auth",
    "generated",
    "postgres/drivers",
    "postgres/protocol",
    "@standard-schema/spec",
  ],
  "postgres/queries.ts": ["generated"],
  "postgres/index.ts": [
    "client.ts",
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
      from: { path: inSource(name) },
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
