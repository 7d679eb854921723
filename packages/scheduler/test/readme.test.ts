import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const home = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/^```js\n(?<code>.*?)^```\n(?:\n```text\n(?<output>.*?)^```\n)?/gms)];

test("README.md has examples", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(3);
});

test.each(blocks.map(({ groups }, i) => ({ number: i + 1, ...groups })))(
  "example $number of README.md runs against the built package and prints what it says",
  async (block) => {
    const { code, output } = block as { code?: string; output?: string };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code ?? ""], {
      cwd: home,
    });
    if (output !== undefined) expect(stdout).toBe(output);
  },
);
