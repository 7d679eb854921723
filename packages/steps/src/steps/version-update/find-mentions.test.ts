import fc from "fast-check";
import { expect, test } from "vitest";
import { findMentions, mayMention } from "./find-mentions.ts";

const linesOf = (text: string, file = "src/a.js"): readonly number[] =>
  findMentions(file, text, { version: "1.2.3", names: ["@me/fine-tool"] }).map(({ line }) => line);

test.each([
  "exports.VERSION = '1.2.3';",
  'const version = "1.2.3",',
  '__version__ = "1.2.3"',
  "tool = { version: '1.2.3' };",
  "FINE_TOOL_VERSION='1.2.3'",
  'Version := "1.2.3"',
  " * @version v1.2.3",
  "// fine-tool 1.2.3",
  "/*! Fine Tool v1.2.3 (c) somebody */",
  "  Version: 1.2.3",
])("findMentions() finds the version in %j", (line) => {
  expect(linesOf(`\n${line}\n`)).toEqual([2]);
});

test.each([
  "const nodeVersion = '1.2.3';",
  "OTHER_VERSION='1.2.3'",
  "version = '1.2.3-beta'",
  "version = '11.2.3'",
  "version = '1.2.3.4'",
  "if (api.version !== '1.2.3') {",
  " * @since v1.2.3",
  "// other 1.2.3",
  "// before 1.2.3 this was wrong",
  " * Fine Tool v1.2.30",
  " * fine-tool 1.2.3-pre",
  "f('1.2.3');",
])("findMentions() takes %j for something else", (line) => {
  expect(linesOf(line)).toEqual([]);
});

test("findMentions() looks for comments in heads alone, and at nothing that is a release", () => {
  expect(linesOf(`${"\n".repeat(30)}// fine-tool 1.2.3\n`)).toEqual([]);
  expect(linesOf("// fine-tool 1.2.3", "pkg/fine-tool-1.2.3.js")).toEqual([]);
  expect(linesOf("VERSION_NAME=1.2.3", "gradle.properties")).toEqual([1]);
});

test.each(["lib/a.js", "bin/tool", "a.py", "android/gradle.properties"])("mayMention() is so for %s", (file) => {
  expect(mayMention(file)).toBe(true);
});

test.each([
  "dist/a.js",
  "README",
  "CHANGES",
  "a.md",
  "test/a.js",
  "a.min.js",
  ".history/a.js",
  "yarn.lock",
  "build/a.js",
])("mayMention() is not so for %s", (file) => {
  expect(mayMention(file)).toBe(false);
});

test("findMentions() never throws, whatever names there are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (text, name) => {
      for (const { line } of findMentions("a", `${text}1.2.3`, { version: "1.2.3", names: [name] }))
        expect(line).toBeGreaterThan(0);
    }),
  );
});
