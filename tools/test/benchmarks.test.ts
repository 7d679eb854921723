import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");

test("the start-up benchmark runs and prints its table", () => {
  const printed = execFileSync(process.execPath, ["benchmarks/start-up.mjs", "--quick"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const name of ["`node -e 0`", "`git status`", "`--version`", "nothing to do, 10 steps"]) {
    expect(printed).toContain(`| ${name} |`);
  }
});
