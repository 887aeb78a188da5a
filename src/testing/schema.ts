import { createHash } from "node:crypto";
import { migrations } from "#generated/migrations.js";
import { migrate } from "../postgres/index.js";

const MODULES = ["auth", "cache"] as const;

/** Names the schema: databases with the same name have had the same migrations. */
export const SCHEMA_KEY: string = createHash("sha256").update(JSON.stringify(migrations)).digest("hex").slice(0, 16);

/** Applies every migration that is missing. */
export async function migrateAll(connectionString: string, schema?: string): Promise<void> {
  await migrate({ modules: MODULES, apply: true, connectionString, schema });
}
