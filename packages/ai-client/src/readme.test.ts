import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the README's example runs and prints what the README shows", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = "", shown = ""] = /```js\n(.*?)```\s+```text\n(.*?)```/s.exec(readme) ?? [];
  expect(example).toContain("@ai-workflow/");
  const printed = execFileSync(process.execPath, ["--input-type=module", "-"], {
    cwd: root,
    input: example,
    encoding: "utf8",
  });
  expect(printed).toBe(shown);
});
