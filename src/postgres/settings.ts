import { setTransactionSettings } from "../../generated/index.js";
import { prepare } from "./statement.js";

/** Sets what our statements need, or gives back what was set before, until the transaction ends. */
export const setSettings = prepare("setTransactionSettings", setTransactionSettings);

/** The style in which timestamps are read. */
export const DATE_STYLE = "ISO";

/** Where types and operators are looked for; without a mention, the names of temporary tables would come first. */
export const SEARCH_PATH = "pg_catalog, pg_temp";

/** A connection's settings, as it tells of them. */
export interface ReportedSettings {
  readonly dateStyle: string | null;
  /** The schemas in which names are looked for, in order, separated by commas. */
  readonly schemas: string | null;
}

/** Whether our statements mean under these settings what they are meant to. */
export function areHarmless(settings: ReportedSettings): boolean {
  return settings.dateStyle?.startsWith(DATE_STYLE) === true && isHarmlessPath(settings);
}

/**
 * Whether Postgres's own types and operators are found first. Tables and functions have their schema with them in our
 * statements, which `operator(pg_catalog.=)` would make hard to read.
 */
export function isHarmlessPath({ schemas }: ReportedSettings): boolean {
  return PG_CATALOG_FIRST.test(schemas ?? "");
}

/** The session's own temporary schema is no stranger's. */
const PG_CATALOG_FIRST = /^(?:pg_temp_\d+,)?pg_catalog(?:,|$)/;
