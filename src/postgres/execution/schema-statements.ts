import { createHash } from "node:crypto";
import { DEFAULT_SCHEMA, sqlInSchema } from "../config/schema.js";
import type { Statement } from "../protocol/statement.js";
import { distributedSql } from "./distributed-sql.js";
import { distributedFormOf } from "./distributed-statements.js";

/** Characters of base64url: 132 bits, so that no two tenants' statements share a name. With the label it fits an identifier. */
const DIGEST_LENGTH = 22;

/** The generated statements, for the schema of a driver. Those of the default schema are sent as they are, unless Citus distributes it. */
export class SchemaStatements {
  readonly schema: string;
  #isDistributed = false;
  /** Made when they are first used: a driver of a tenant uses few of them. */
  readonly #statements = new Map<Statement<never, unknown>, Statement<never, unknown>>();

  constructor(schema: string) {
    this.schema = schema;
  }

  /** Whether Citus distributes the schema. It is set before the first statement on its tables, other than those of `connect()`. */
  get isDistributed(): boolean {
    return this.#isDistributed;
  }

  set isDistributed(value: boolean) {
    if (value === this.#isDistributed) return;
    this.#isDistributed = value;
    this.#statements.clear();
  }

  /** Returns a statement on the tables of the schema. */
  of<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
    const isGenerated = this.schema === DEFAULT_SCHEMA && !this.#isDistributed;
    return isGenerated ? statement : this.#translated(statement);
  }

  #translated<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
    let translated = this.#statements.get(statement) as Statement<Params, Row> | undefined;
    if (translated === undefined) {
      const { label } = statement;
      const { name, text, parameters } = this.#isDistributed ? distributedOf(statement) : statement;
      const hash = createHash("sha256").update(this.schema).update("\0").update(name);
      const digest = hash.digest("base64url").slice(0, DIGEST_LENGTH);
      translated = { label, name: `pevensie_${label}_${digest}`, parameters, text: sqlInSchema(text, this.schema) };
      this.#statements.set(statement, translated);
    }
    return translated;
  }
}

/** A name of its own: a connection may have the other form prepared, from before the schema was distributed. */
function distributedOf<Params, Row>(statement: Statement<Params, Row>): Statement<Params, Row> {
  const form = distributedFormOf(statement);
  return { ...form, name: `${form.name} distributed`, text: distributedSql(form.text) };
}
