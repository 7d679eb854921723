import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { HERMETIC, makeRepository, removeFolders } from "./repository.ts";

const folder = join(import.meta.dirname, "..");
const readme = readFileSync(join(folder, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```js\n(.*?)```\n(?:\n```text\n(.*?)```)?/gs)];

afterAll(removeFolders);

/** Runs a block as a file of this package, so that it finds the package by its name. */
function run(code: string, cwd: string, environment: Readonly<Record<string, string>> = {}): string {
  const file = join(folder, `readme-${process.pid}.mjs`);
  writeFileSync(file, code);
  try {
    const env = { PATH: process.env["PATH"], ...HERMETIC, ...environment };
    return execFileSync(process.execPath, [file], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }).toString("utf8");
  } finally {
    rmSync(file);
  }
}

describe("README.md", () => {
  test("every example runs and prints what is shown", () => {
    expect(blocks.length).toBeGreaterThan(1);
    const { root } = makeRepository();
    for (const [, code, shown] of blocks) {
      const printed = run(code ?? "", root);
      if (shown !== undefined) expect(printed).toBe(shown);
    }
  });

  test("the path filter chooses the jobs of a pull request", () => {
    const repository = makeRepository();
    repository.git("checkout", "-q", "-b", "feature");
    repository.write("services/api/README.md");
    repository.write("services/web/app.js");
    repository.commit();
    const code = blocks[0]?.[1] ?? "";
    expect(run(code, repository.root, { GITHUB_BASE_REF: "main" })).toBe("docs=true\napi=false\nweb=true\n");
    expect(run(code, repository.root, { GITHUB_BASE_REF: "gone" })).toBe("docs=true\napi=true\nweb=true\n");
  });
});
