// `npm start`: set up the checkout, then run `ai-workflow run` over this repository.
// Only the Node check is imported statically; the rest may use newer syntax.
import { requireNode } from "./require-node.mjs";

if (requireNode()) {
  void import("./start-run.mjs")
    .then((module) => module.start(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
      return code;
    });
}
