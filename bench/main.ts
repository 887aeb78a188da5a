/**
 * The package beside its peers: `npm run bench [-- --help]`. docs/performance.md says how to read the results.
 *
 * @module
 */
import { readOptions } from "./options.js";
import { prepare } from "./prepare.js";

const options = readOptions(process.argv.slice(2));
prepare();
// Only now can be found what it imports.
const { run } = await import("./run.js");
await run(options);
