import { join } from "node:path";
import { bootstrap, reportingSetupErrors } from "./bootstrap.mjs";
import { runProcess } from "./run-process.mjs";
import { root } from "./workspace.mjs";

/** Sets the checkout up and runs `ai-workflow run` over it; resolves to the exit code of the run. */
export function start(args) {
  return reportingSetupErrors(async () => {
    const env = await bootstrap();
    const entry = join(root, "apps", "cli", "dist", "bin.js");
    const { code } = await runProcess(process.execPath, [entry, "run", ...args], { cwd: root, env, output: "inherit" });
    return code;
  });
}
