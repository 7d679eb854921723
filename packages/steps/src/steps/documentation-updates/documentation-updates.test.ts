import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ModuleQuestion, ModuleReply } from "@ai-workflow/engine";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createContext, createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { codeOfDocument } from "./find-mentions.ts";
import { goneFiles } from "./gone-files.ts";
import checkDocuments from "./step.ts";

const CODE = `export function createThing(name: string) {
  return process.env.THING_HOME ?? name;
}
export function run() {}
program.option("--dry-run", "nothing is done").option("-o, --output-dir <dir>", "where");
`;
const README = `# Thing

Call \`createThing("a")\` with \`--output-dir\` and \`THING_HOME\` set; \`run()\` runs it.

\`\`\`js
import { createThing } from "thing";
\`\`\`

npm run build, and \`npm run deploy\`.
`;

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository({
    "src/thing.ts": CODE,
    "README.md": README,
    "CHANGELOG.md": "- `createThing` is new\n",
    "package.json": '{ "scripts": { "build": "tsc", "deploy": "x" } }\n',
  });
});
afterEach(() => repository.close());

const run = (options = {}) => repository.run("documentation_updates", checkDocuments, options);
const EDIT = {
  file: "README.md",
  startLine: 6,
  endLine: 6,
  original: 'import { createThing } from "thing";',
  replacement: 'import { makeThing } from "thing";',
  reason: "It is called makeThing now",
};
const reply = (edits: readonly unknown[]): ModuleReply => ({
  status: "answered",
  findings: [],
  answers: [{ files: [], value: { edits, unclear: [] } }],
  notReviewed: [],
});

describe("names that are gone", () => {
  test("are told where documents still have them, and not where nobody looks for what is", async () => {
    repository.write({
      "src/thing.ts": "export function makeThing() {}\n",
      "package.json": '{ "scripts": { "build": "tsc" } }\n',
    });
    const { findings, outcome, message } = await run();
    expect(outcome).toBeUndefined();
    expect(message).toContain("no model is configured, so no edits are proposed");
    expect(linesOf(findings)).toEqual([
      "warning removed-name README.md:3 names `createThing`, which this change took out of src/thing.ts",
      "warning removed-name README.md:6 names `createThing`, which this change took out of src/thing.ts",
      "warning removed-name README.md:3 names the option `--output-dir`, which this change took out of src/thing.ts",
      "warning removed-name README.md:3 names the variable `THING_HOME`, which this change took out of src/thing.ts",
      "warning removed-name README.md:3 names `run`, which this change took out of src/thing.ts",
      "warning removed-name README.md:9 names the script `deploy`, which this change took out of package.json",
    ]);
    expect((await run({ with: { strict: true } })).findings[0]?.severity).toBe("error");
    expect((await run({ with: { history: ["*.md"] } })).findings).toEqual([]);
  });

  test("are told of when the file is gone; what went elsewhere, or is told as past, is right", async () => {
    repository.write({ "src/thing.ts": "", "src/other.ts": CODE });
    repository.remove("src/thing.ts");
    expect((await run()).findings).toEqual([]);
    repository.remove("src/other.ts");
    expect(linesOf((await run()).findings)).toHaveLength(5);
    repository.write({ "README.md": "`createThing` was removed in 2.0\n" });
    expect((await run()).findings).toEqual([]);
  });

  test("are not gone while other files have them", async () => {
    repository.write({ "src/thing.ts": "", "bin/x.sh": 'echo "$THING_HOME --output-dir" createThing run # deploy\n' });
    expect((await run()).findings).toEqual([]);
  });
});

describe("what scripts offer", () => {
  const BEFORE = `Thing.prototype.sendAll = function (list) {};
Thing.prototype.sendMany = Thing.prototype.sendAll;
exports.parts = { joinParts: function () {}, splitParts: (a) => a };
class Other {
  async loadFrom(place) {
    if (options.keepOpen) return opts.depth;
  }
}
const port = argv.maxSize;
console.log("  -q, --quiet   says nothing");
const env = process.env.NODE_ENV;
`;
  const goneIn = async (document: string, after = "const nothing = 1;\n", name = "GUIDE.md"): Promise<unknown> => {
    repository.write({ "src/thing.js": BEFORE, [name]: document });
    repository.commit();
    repository.write({ "src/thing.js": after });
    const { findings } = await run();
    return findings
      .filter(({ rule }) => rule === "removed-name")
      .map(({ line, message }) => `${line} ${message.replace("names ", "").replace(/, which.*$/, "")}`);
  };

  test("as members, settings and options of programs is told where documents explain it", async () => {
    const document = `# Guide

### thing.sendAll(list)

    thing.sendMany([1]);

- \`depth\` - how far
- \`keepOpen\`: whether

\`\`\`js
new Thing({ keepOpen: true });
\`\`\`

Use \`--max-size 5\` and \`--quiet\`, \`splitParts\`, \`other.loadFrom(place)\`.
`;
    const gone = [
      "11 the setting `keepOpen`",
      "14 `loadFrom`",
      "14 the option `--max-size`",
      "14 the option `--quiet`",
      "3 `sendAll`",
      "5 `sendMany`",
      "7 the setting `depth`",
      "8 the setting `keepOpen`",
    ];
    expect(((await goneIn(document)) as string[]).toSorted()).toEqual(gone.toSorted());
  });

  test("is told in reStructuredText, too", async () => {
    expect(await goneIn(".. js:function:: Thing.sendAll(list)\n", "\n", "guide.rst")).toEqual(["1 `sendAll`"]);
  });

  test.each<[string, string, string?]>([
    ["a variable of the system", "```js\nprocess.env.NODE_ENV\n```\n"],
    ["a common word in a sentence", "The `depth` of it.\n"],
    ["a function of the sample", "```js\nfunction sendAll() {}\nsendAll();\n```\n"],
    ["what is past", "`sendAll(list)` is now simply `send(list)`.\n"],
    ["text of a list that goes on", "- one\n\n    then sendAll is called\n"],
    ["an option that is read in another way", "`--max-size`\n", "const { maxSize, depth } = read();\n"],
    ["a common word that code still holds", "- `depth` - how far\n", "const { depth } = read();\n"],
  ])("%s is no gap", async (_, document, after = "const nothing = 1;\n") => {
    expect(await goneIn(document, after)).toEqual([]);
  });

  test("a common word that only comments, licences and style sheets hold is gone", async () => {
    repository.write({ LICENSE: "any depth\n", "a.css": "/* depth */\n" });
    expect(await goneIn("- `depth` - how far\n", "// the depth\n/*\n * depth: all\n */\n")).toEqual([
      "1 the setting `depth`",
    ]);
  });

  test("names that tests alone declare are nobody's", async () => {
    repository.write({ "test/a.test.js": "exports.helpAlong = 1;\n", "GUIDE.md": "`helpAlong`\n" });
    repository.commit();
    repository.remove("test");
    expect((await run()).findings).toEqual([]);
  });
});

test("files that went are told where documents name their paths, unless something makes them", async () => {
  repository.write({
    "lib/old.js": "",
    "lib/made.js": "",
    "build.sh": "cp a lib/made.js\n",
    "GUIDE.md": "Run `node lib/old.js` or `./lib/made.js`, not `other/lib/old.js`.\n\n`lib/old.json`\n",
  });
  repository.commit();
  repository.remove("lib");
  expect(linesOf((await run()).findings)).toEqual([
    "warning removed-name GUIDE.md:1 names `lib/old.js`, which this change took away",
  ]);
  expect(goneFiles([{ path: "b.js", previousPath: "a.js", status: "renamed" }], new Set(["b.js"]))).toMatchObject([
    { kind: "file", name: "a.js", change: "removed" },
  ]);
  expect(goneFiles([{ path: "b.js", previousPath: "a.js", status: "copied" }], new Set(["a.js", "b.js"]))).toEqual([]);
});

test("every place that is code is in the document, whatever it holds", () => {
  const piece = fc.constantFrom("`", "```", "\n", "    ", "# ", "- ", "a(b)", ".. function:: x", "\t", "~~~", "text ");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const lines = text.split("\n");
      for (const code of codeOfDocument(text)) expect(lines[code.line - 1]).toContain(code.text);
    }),
  );
});

test("what is declared in another way is a note on documents that did not change", async () => {
  repository.write({ "src/thing.ts": CODE.replace("name: string", "name: string, size: number") });
  expect(linesOf((await run()).findings)).toEqual([
    "info changed-name README.md:3 describes `createThing`, declared in another way than before, and did not change itself",
  ]);
  repository.write({ "src/thing.ts": `${CODE}const again = process.env.THING_HOME;\n` });
  expect((await run()).findings).toEqual([]);
  repository.write({ "src/thing.ts": CODE.replace("name: string", "name: string, size: number") });
  repository.write({ "README.md": `${README}\nMore.\n` });
  expect((await run()).findings).toEqual([]);
});

describe("a model", () => {
  beforeEach(() => repository.write({ "src/thing.ts": CODE.replace("createThing", "makeThing") }));

  test("proposes edits, which are checked, saved and told, and the tree stays as it is", async () => {
    const questions: ModuleQuestion[] = [];
    const edits = [
      EDIT,
      { ...EDIT, startLine: 3, endLine: 3 },
      { ...EDIT, file: "src/thing.ts" },
      { ...EDIT, startLine: 90, endLine: 90 },
      { ...EDIT, replacement: "x\u001b[2J" },
      { ...EDIT, replacement: "other" },
    ];
    const { findings, message } = await run({
      ask: (question: ModuleQuestion) => {
        questions.push(question);
        return Promise.resolve(reply(edits));
      },
    });
    expect(questions).toEqual([
      {
        prompt: "documentation_edits",
        files: ["README.md"],
        changes: ["src/thing.ts"],
        variables: { problems: expect.stringContaining("README.md:6 names `createThing`") as string },
      },
    ]);
    expect(message).toContain(
      "1 edit of 1 document proposed: .workflow/proposals/documentation_updates.patch; look at it",
    );
    expect(linesOf(findings).slice(2)).toEqual([
      "info edits-left-out 5 edits of the model left out: 1 with another text than the one that stands there, 1 with no document that was shown, 1 with lines that are not there, 1 with control characters, 1 with overlapping",
      "info proposed-edit README.md:6 It is called makeThing now",
    ]);
    expect(readFileSync(path.join(repository.directory, "README.md"), "utf8")).toBe(README);
    repository.git("apply", ".workflow/proposals/documentation_updates.patch");
    expect(readFileSync(path.join(repository.directory, "README.md"), "utf8")).toContain("import { makeThing }");
  });

  test("edits documents only with `apply`", async () => {
    const { findings, message } = await run({ with: { apply: true }, ask: () => Promise.resolve(reply([EDIT])) });
    expect(message).toContain("applied in 1 document");
    expect(linesOf(findings)).toEqual(["info edited README.md:6 It is called makeThing now"]);
    expect(readFileSync(path.join(repository.directory, "README.md"), "utf8")).toContain("import { makeThing }");
  });

  test("that does not answer leaves the step open, with what is known without one", async () => {
    const ask = (): Promise<ModuleReply> =>
      Promise.resolve({ ...reply([]), answers: [], status: "unanswered", reason: "refused", message: "refused: no" });
    const result = await run({ ask });
    expect(result.outcome).toBe("inconclusive");
    expect(result.message).toContain("refused: no");
    expect(linesOf(result.findings)).toHaveLength(2);
    expect(existsSync(path.join(repository.directory, ".workflow"))).toBe(false);
  });
});

test("where it is unknown what changed, that is said", async () => {
  const outside = { known: false, message: "no repository", isOutsideOfGit: true } as const;
  expect(await checkDocuments(createContext({ changes: outside }))).toEqual({
    message: "nothing was compared: what changed is known in a git repository only",
    provisional: true,
  });
  const result = await checkDocuments(createContext({ changes: { known: false, message: "no base" } }));
  expect(result).toEqual({ outcome: "inconclusive", message: "what changed is unknown: no base" });
});

test("odd names and files that are no text are no matter", async () => {
  repository.write({
    "a b\n.ts": "export const someThing = 1;\n",
    "bin.ts": Buffer.from([0, 1]),
    "ü.md": "`someThing`",
  });
  repository.commit();
  repository.remove("a b\n.ts", "bin.ts");
  const { findings } = await run();
  expect(linesOf(findings)).toEqual([
    "warning removed-name ü.md:1 names `someThing`, which this change took out of a b .ts",
  ]);
});
