import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/workspace.mjs";

test("every test that docs/faults.md names exists", () => {
  const rows = readFileSync(join(root, "docs", "faults.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  expect(rows.length).toBeGreaterThan(20);
  const missing = rows.filter((row) => {
    const [, file, name] = /\| `([^`]+\.test\.ts)`: (.+) \|$/.exec(row) ?? [];
    if (file === undefined || name === undefined || !existsSync(join(root, file))) return true;
    // A name begins a string, so that one in a comment is none.
    return !readFileSync(join(root, file), "utf8").includes(`"${name}`);
  });
  expect(missing).toEqual([]);
});
