// `npm test`: set up the checkout, then run every test and add the results up.
// Only the Node check is imported statically; the rest may use newer syntax.
import { requireNode } from "./require-node.mjs";

if (requireNode()) {
  void import("./test-run.mjs")
    .then((module) => module.test(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
      return code;
    });
}
