import { isPevensieError, PevensieError } from "../../errors/index.js";

/**
 * Validates the configuration of a server that is part of another configuration: an INVALID_INPUT error names the setting with its
 * place. Environment variables have none.
 */
export function within<T>(place: string, validate: () => T): T {
  try {
    return validate();
  } catch (error) {
    if (!isPevensieError(error) || error.field === undefined || error.field.startsWith("PG")) throw error;
    throw new PevensieError(error.code, `${place}.${error.message}`, { field: `${place}.${error.field}` });
  }
}
