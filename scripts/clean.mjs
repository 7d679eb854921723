// `pnpm run clean`: remove what building and testing leave behind.
// Only the Node check is imported statically; the rest may use newer syntax.
import { requireNode } from "./require-node.mjs";

if (requireNode()) {
  void import("./clean-run.mjs")
    .then((module) => module.clean(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
      return code;
    });
}
