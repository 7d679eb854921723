import { symlinkSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createStepRepository,
  linesOf,
  type StepRepository,
  type StepRunOptions,
} from "../../../test/step-repository.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { findOutdated } from "./find-outdated.ts";
import optimizeDocumentation from "./step.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({ "README.md": "# Title\n" });
});
afterEach(() => repository.close());

const run = (options?: StepRunOptions) => repository.run("documentation_optimization", optimizeDocumentation, options);
const lines = async (options?: StepRunOptions): Promise<readonly string[]> => linesOf((await run(options)).findings);

/** So many words of prose, none of which stands elsewhere. */
const prose = (count: number, seed = "w"): string =>
  Array.from({ length: count }, (_, index) => `${seed}${index}`).join(" ");

describe("documentation_optimization", () => {
  test("tells sections that two documents share, once for the two, with where the first is", async () => {
    repository.write({
      "README.md": `# Title\n\n[a](docs/a.md)\n\n## Install\n\n${prose(100)}\n\n## Use\n\n${prose(100, "x")}\n`,
      "docs/a.md": `# A\n\n## Installing\n\n${prose(99)}\n\n## Using\n\n${prose(100, "x")}\n\n## Own\n\n${prose(100, "y")}\n`,
    });
    expect(await lines()).toEqual([
      'warning duplicated-section docs/a.md:3 "Installing" (99 words) is 98 % the same as README.md:5, and 1 section more of this document',
    ]);
    expect(await lines({ with: { min_duplicate_words: 101 } })).toEqual([]);
  });

  test("leaves code, short sections, records and other releases alone", async () => {
    const code = `\`\`\`sh\n${prose(200)}\n\`\`\`\n`;
    repository.write({
      "README.md": `# Title\n\n${code}\n## License\n\n${prose(40, "l")}\n\n[a](docs/a.md)\n`,
      "docs/a.md": `# A\n\n${code}\n## License\n\n${prose(40, "l")}\n`,
      "CHANGELOG.md": `# Changes\n\n${prose(100)}\n`,
      "docs/1.x/a.md": `# A\n\n${prose(100)}\n`,
      "docs/2.x/a.md": `# A\n\n${prose(100)}\n`,
    });
    expect(await lines()).toEqual([]);
  });

  test("leaves alone tables, what is to be copied, what programs copied, and what they put into many documents", async () => {
    const row = (index: number): string => `| option${index} | ${prose(10, `r${index}`)} |`;
    const table = ["| option | |", "| --- | --- |", ...Array.from({ length: 12 }, (_, index) => row(index))].join("\n");
    const section = `## Scope\n\n${prose(100, "s")}\n`;
    repository.write({
      "docs/a.md": `# A\n\n${table}\n\n${section}`,
      "docs/b.md": `# B\n\n${table}\n\n${section}`,
      "docs/c.md": `# C\n\n<table>\n<tr><td>${prose(100, "t")}</td></tr>\n</table>\n\n${section}`,
      "docs/d.md": `# D\n\n<table>\n<tr><td>${prose(100, "t")}</td></tr>\n</table>\n\n${section}`,
      "templates/js/START.md": `# Start\n\n${prose(100, "x")}\n`,
      "templates/ts/START.md": `# Start\n\n${prose(100, "x")}\n`,
      "dist/README.md": `# Title\n\n${prose(100, "y")}\n`,
      "lib/README.md": `# Title\n\n${prose(100, "y")}\n`,
      "vendors/x/README.md": `# X\n\n${prose(100, "y")}\n`,
    });
    expect((await lines()).filter((line) => !line.includes(" orphan "))).toEqual([]);
  });

  test("only notes documents that are the same as a whole, that are put together, and that others include", async () => {
    const part = (name: string): string => `## ${name}\n\n${prose(100, name)}\n`;
    repository.write({
      "a/README.md": `# Title\n\n${prose(100, "x")}\n`,
      "b/README.md": `# Title\n\n${prose(100, "x")}\n`,
      "rules/all.md": `# All\n\n${part("r")}\n${part("s")}\n${part("t")}`,
      "rules/r.md": part("r"),
      "rules/s.md": part("s"),
      "rules/t.md": part("t"),
      "parts/intro.md": `${prose(100, "n")}\n`,
      "site.md": `# Site\n\n${prose(100, "n")}\n`,
    });
    expect((await lines()).filter((line) => !line.includes(" orphan "))).toEqual([
      "info duplicated-document b/README.md:1 is the same document as a/README.md",
      "info duplicated-document parts/intro.md:1 is a part of site.md:1",
      "info duplicated-document rules/all.md:1 holds 3 other documents as a whole",
    ]);
  });

  test.each([
    "Node.js versions 12+ are supported.",
    "- For Node.js 18.x and higher.",
    "* Nodejs `>=14`",
    "It requires `Node@>=4`.",
  ])("knows a requirement: %s", (text) => {
    expect(findOutdated(["# a", text], { nowMs: 0, nodeMajor: 20 })).toMatchObject([
      { rule: "outdated-requirement", line: 2 },
    ]);
  });

  test.each([
    ["# a", "If you still require node version 0.8, then you must limit it."],
    ["# a", "As of 11.0.0 Node.js >= 10.12.0 is required."],
    ["## Changes in v8", "Node version 16.14.0 or higher is now required."],
    ["Upgrading", "---------", "Ensure that you run it for Node 4 or later."],
    ["# a", "- v1: Node.js >= 8.x"],
    ["# a", "`for await` is available in Node v10.0.0 and above."],
    ["# a", "This tool requires Node.js 20 or later."],
  ])("knows what is none: %s %s", (...text) => {
    expect(findOutdated(text, { nowMs: 0, nodeMajor: 20 })).toEqual([]);
  });

  test("tells promises and reviews that are over, and a Node.js below what the manifest demands", async () => {
    repository.write({
      "package.json": '{ "engines": { "node": "^20.19.0 || >=22.12" } }',
      "README.md": `# Title

Support for callbacks will be removed in June 2019.

Next review: 2020-02-30

This tool requires Node.js 14 or later.

    It requires Node 12
`,
    });
    expect(await lines()).toEqual([
      "warning past-promise README.md:3 promises something for June 2019, which is over",
      "warning past-review README.md:5 was to be looked at again by 2020-02-30, which is over",
      "warning outdated-requirement README.md:7 asks for Node.js 14, while package.json demands 20 at least",
    ]);
  });

  test("tells documents that are too large for a model, with their tokens", async () => {
    repository.write({ "README.md": `# Title\n\n## One\n\n${prose(900)}\n\n## Two\n\n${prose(900, "z")}\n` });
    expect(await lines()).toEqual([]);
    const result = await run({ with: { max_tokens: 2000 } });
    expect(linesOf(result.findings)).toEqual([
      "warning too-large README.md:1 about 2,516 tokens, more than 2,000: a model reads it in parts or not at all",
    ]);
    expect(result.findings[0]?.suggestion).toBe("it has 2 parts of the second level that could be documents");
    expect(result.message).toBe("1 document, about 2,516 tokens");
  });

  test("tells documents that nothing links to, but those that readers, programs and sites find", async () => {
    repository.write({
      "README.md": "# Title\n\n[a](docs/a.md) and `docs/named.md`\n\nhttps://github.com/me/x/blob/main/docs/far.md\n",
      "docs/a.md": "# A\n",
      "docs/named.md": "# N\n",
      "docs/far.md": "# F\n",
      "docs/lost ü.md": "# L\n\n[self](<lost ü.md>)\n",
      "CONTRIBUTING.md": "# C\n",
      ".github/notes.md": "# G\n",
      "site/mkdocs.yml": "site_name: x\n",
      "site/docs/page.md": "# P\n",
    });
    expect(await lines()).toEqual(["info orphan docs/lost ü.md:1 no other document links to it or names it"]);
    repository.write(Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`docs/l${index}.md`, "# L\n"])));
    expect((await lines()).at(-1)).toBe("info orphan 6 more documents that no other one links to");
  });

  test("takes links out of records, which it does not judge, and leaves alone what a program wrote", async () => {
    const table = `<!-- BEGIN_TF_DOCS -->\n\n## Outputs\n\n${prose(200)}\n<!-- END_TF_DOCS -->\n`;
    repository.write({
      "README.md": `# Title\n\n${table}`,
      "modules/a/README.md": `# A\n\n${table}`,
      "CHANGELOG.md": "# Changes\n\n- [told](<docs/told ü.md>), [more][m]\n\n[m]: docs/more.md\n",
      "docs/told ü.md": "# T\n",
      "docs/more.md": "# M\n",
      "packages/a/LICENSE.md": `# One\n\n${prose(200)}\n`,
      "packages/b/LICENSE.md": `# Two\n\n${prose(200)}\n`,
      "results/one-report.md": "# R\n",
    });
    expect(await lines()).toEqual([]);
  });

  test("survives what is no text, gone or leads out of the repository", async () => {
    repository.write({
      "nul.md": "a\0b",
      "package.json": "null",
      "deep.md": "> ".repeat(2000),
      "README.md": "[x](deep.md)",
    });
    symlinkSync("/etc/passwd", path.join(repository.directory, "link.md"));
    expect(await lines()).toEqual([]);
    await expect(run({ with: { max_tokens: 0 } })).rejects.toThrow("`max_tokens` must be a number of at least 1");
  });
});

describe("findOutdated()", () => {
  const nowMs = Date.UTC(2026, 5, 15, 12);
  const rules = (text: string): readonly string[] =>
    findOutdated([text], { nowMs, nodeMajor: 20 }).map(({ rule }) => rule);

  test.each([
    "v1 will be dropped in 2025",
    "A new parser is planned for Q1 2026.",
    "Coming in May 2026!",
    "They are scheduled for 2026-06-13",
    "It will end on June 13th, 2026",
  ])("is over: %s", (text) => {
    expect(rules(text)).toEqual(["past-promise"]);
  });

  test.each([
    "v1 will be dropped in 2026",
    "A new parser is planned for Q2 2026.",
    "It will end on June 15th, 2026",
    "It was released in 2019",
    "will be at port 2019",
    "will be in 20190-x",
    "requires Node.js 20, 22 or newer",
    "Since 2019 we require Node",
    "expires in 2019 seconds",
  ])("is not, or is no promise: %s", (text) => {
    expect(rules(text)).toEqual([]);
  });

  test("reads any text without taking long, and more time makes nothing young again", () => {
    const piece = fc.constantFrom(
      "will be ",
      "in ",
      "2019",
      "Q1 ",
      "June ",
      "requires ",
      "node ",
      "12",
      "by ",
      " ",
      "x",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const found = findOutdated([pieces.join("")], { nowMs });
        const later = findOutdated([pieces.join("")], { nowMs: nowMs + 1e12 });
        expect(later.length).toBeGreaterThanOrEqual(found.length);
      }),
    );
  });
});

test("findDuplicates() finds a section that is repeated, whatever stands between, and none that shares nothing", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 20, maxLength: 60 });
  const section = (file: string, list: readonly string[]) => ({ file, title: file, line: 1, words: list });
  fc.assert(
    fc.property(words, words, (one, two) => {
      const other = two.map((word) => `${word}9`);
      const found = findDuplicates([section("a", one), section("b", other), section("c", one)], 10);
      expect(found.map(({ first, second, similarity }) => [first.file, second.file, similarity])).toEqual([
        ["a", "c", 1],
      ]);
      expect(findDuplicates([section("a", one), section("c", one)], 61)).toEqual([]);
    }),
  );
});
