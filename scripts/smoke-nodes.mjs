// `pnpm run smoke:nodes`: the packed packages on every supported Node.
// Only the Node check is imported statically; the rest may use newer syntax.
import { requireNode } from "./require-node.mjs";

if (requireNode()) {
  void import("./smoke-nodes-run.mjs")
    .then((module) => module.smokeNodes(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
      return code;
    });
}
