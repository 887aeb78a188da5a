import { createHash } from "node:crypto";
import { DEFAULT_SCHEMA, sqlInSchema } from "../config/schema.js";
import type { Statement } from "../protocol/statement.js";

/** Characters of base64url: 132 bits, so that no two tenants' statements share a name. With the label it fits an identifier. */
const DIGEST_LENGTH = 22;

/** The generated statements, for the schema of a driver. Those of the default schema are sent as they are. */
export class SchemaStatements {
  readonly schema: string;
  readonly #isDefault: boolean;
  /** Made when they are first used: a driver of a tenant uses few of them. */
  readonly #statements = new Map<Statement<never, unknown>, Statement<never, unknown>>();

  constructor(schema: string) {
    this.schema = schema;
    this.#isDefault = schema === DEFAULT_SCHEMA;
  }

  /** Returns a statement on the tables of the schema. */
  of<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
    return this.#isDefault ? statement : this.#translated(statement);
  }

  #translated<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
    let own = this.#statements.get(statement) as Statement<Params, Row> | undefined;
    if (own === undefined) {
      const { label, name, text } = statement;
      const hash = createHash("sha256").update(this.schema).update("\0").update(name);
      const digest = hash.digest("base64url").slice(0, DIGEST_LENGTH);
      own = { ...statement, name: `pevensie_${label}_${digest}`, text: sqlInSchema(text, this.schema) };
      this.#statements.set(statement, own);
    }
    return own;
  }
}
