import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "..");
const readme = readFileSync(join(folder, "README.md"), "utf8");
const examples = [...readme.matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, code = "", shown = ""]) => ({
  code,
  shown,
}));

test("README.md shows examples", () => {
  expect(examples.length).toBeGreaterThan(1);
  expect(readme.match(/```js\n/g)).toHaveLength(examples.length);
});

test.each(examples)("README.md shows what its example %# prints", ({ code, shown }) => {
  // A file of this package, so that it finds the package by its name.
  const file = join(folder, `readme-${process.pid}.mjs`);
  writeFileSync(file, code);
  try {
    const printed = execFileSync(process.execPath, [file], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    expect(printed.toString("utf8")).toBe(shown);
  } finally {
    rmSync(file);
  }
});
