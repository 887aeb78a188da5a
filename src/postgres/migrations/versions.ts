import type { latestVersions } from "#generated/versions.js";
import { PevensieError } from "../../errors/index.js";

/** A part of the schema with its own versions. */
export type ModuleName = keyof typeof latestVersions;

/** PostgreSQL 15, as `server_version_num`: the first version with NULLS NOT DISTINCT. */
export const MINIMUM_SERVER_VERSION = 150_000;

export function serverTooOld(version: number): PevensieError {
  const major = Math.floor(version / 10_000);
  return new PevensieError("SERVER_TOO_OLD", `PostgreSQL 15 or newer is needed; this server is version ${major}.`);
}

export function schemaTooNew(module: string): PevensieError {
  return new PevensieError(
    "SCHEMA_TOO_NEW",
    `Module ${module} of the database was migrated by a newer version of pevensie: update the package.`,
  );
}

/** Returns the warning of connect(). In a rolling deployment a newer schema is expected. */
export function newerSchemaMessage(module: string): string {
  return `Module ${module} of the database was migrated by a newer version of pevensie than this process runs.`;
}
