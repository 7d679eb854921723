import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listPublishablePackages, root } from "../../scripts/workspace.mjs";
import { readFencedBlocks } from "../fenced-blocks.ts";
import { readExamples, runExample } from "../run-examples.ts";

const packages = listPublishablePackages();

describe("readFencedBlocks()", () => {
  test("reads info, text and line, inner fences and indentation", () => {
    const text = "a\n```js  \n1;\n```\n\n````md\n```js\n````\n\nb\n\n  ~~~text\n  x\n    y\n  ~~~\n";
    expect(readFencedBlocks(text)).toEqual([
      { info: "js", text: "1;\n", line: 2, followsBlock: false },
      { info: "md", text: "```js\n", line: 6, followsBlock: true },
      { info: "text", text: "x\n  y\n", line: 12, followsBlock: false },
    ]);
  });

  test("refuses a block that is never closed", () => {
    expect(() => readFencedBlocks("```js\n1;\n")).toThrow("line 1");
  });
});

describe("readExamples()", () => {
  test("pairs an example with the text block right behind it and with no other", () => {
    const text = "```js\na;\n```\n\n```text\nA\n```\n\n```js\nb;\n```\n\nwords\n\n```text\nB\n```\n";
    expect(readExamples(text)).toEqual([
      { line: 1, source: "a;\n", expected: "A\n" },
      { line: 9, source: "b;\n", expected: undefined },
    ]);
  });

  test.each(["js no-run", "js title=x", "javascript", "mjs"])("refuses a block marked %j", (info) => {
    expect(() => readExamples(`\`\`\`${info}\n1;\n\`\`\`\n`)).toThrow("all are run");
  });
});

describe("runExample()", () => {
  const run = (source: string, expected?: string): Promise<string | undefined> =>
    runExample({ line: 1, source, expected });

  test("accepts an example that ends well and prints what is shown", async () => {
    expect(await run('import { sep } from "node:path";\nconsole.log(sep.length);\n', "1\n")).toBeUndefined();
  });

  test("refuses other output, a failure and an import that does not resolve", async () => {
    expect(await run('console.log("2");\n', "1\n")).toContain("where the document shows");
    expect(await run("process.exit(3);\n")).toContain("exit code 3");
    expect(await run('import "@ai-workflow/not-there";\n')).toContain("exit code 1");
  });
});

describe("README.md", () => {
  const documents = [{ path: "README.md" }, ...packages.map(({ path }) => ({ path: `${path}/README.md` }))];

  describe.each(documents)("of $path", ({ path }) => {
    const text = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined;

    test("is there", () => {
      expect(text, `${path} is missing`).toBeDefined();
    });

    const examples = readExamples(text ?? "");
    if (path.startsWith("packages/")) {
      test("has a runnable example", () => {
        expect(examples.length).toBeGreaterThan(0);
      });
    }
    for (const example of examples) {
      test(`runs the example at line ${example.line}`, async () => {
        expect(await runExample(example)).toBeUndefined();
      });
    }
  });
});
