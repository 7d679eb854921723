import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { matchIgnoreRules, parseIgnoreRules, type IgnoreRules } from "./ignore-rules.ts";

const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
let repository: string;

beforeAll(() => {
  repository = mkdtempSync(path.join(tmpdir(), "ignore-rules-"));
  execFileSync("git", ["init", "-q", repository], { env: environment });
});
afterAll(() => {
  rmSync(repository, { recursive: true, force: true });
});

type Verdict = boolean | undefined;

/** git's word on paths that do not exist, so that folders on the way count as folders and the last segment as a file. */
function askGit(rules: Buffer, paths: readonly string[], ignoreCase: boolean): Verdict[] {
  writeFileSync(path.join(repository, ".gitignore"), rules);
  const args = ["-c", `core.ignoreCase=${ignoreCase}`, "check-ignore", "--no-index", "-z", "-v", "-n", "--stdin"];
  let output: string;
  try {
    output = execFileSync("git", args, {
      cwd: repository,
      env: environment,
      input: Buffer.from(paths.map((one) => `${one}\0`).join(""), "latin1"),
      encoding: "latin1",
      stdio: ["pipe", "pipe", "ignore"],
    });
  } catch (error) {
    // Exit code 1: no path is ignored.
    output = (error as { readonly stdout: string }).stdout;
  }
  const fields = output.split("\0");
  return paths.map((_, index) => {
    const [source, , pattern] = fields.slice(index * 4, index * 4 + 3);
    return source === "" ? undefined : !pattern?.startsWith("!");
  });
}

/** The same from here: from the root downwards, nothing below a hidden folder. */
function ask(rules: IgnoreRules, whole: string): Verdict {
  const segments = whole.split("/");
  let verdict: Verdict;
  for (const [index, name] of segments.entries()) {
    verdict = matchIgnoreRules(rules, segments.slice(0, index + 1).join("/"), name, index < segments.length - 1);
    if (verdict === true) return true;
  }
  return verdict;
}

const parse = (text: string, ignoreCase = false): IgnoreRules =>
  parseIgnoreRules(Buffer.from(text, "latin1"), ignoreCase);

const alphabet = ["a", "b", "A", "c", "-", "]", "[", "^", "!", "*", "\\", " ", "#", "é", "\u00ff", ".", "?", ":"];
const segment = fc
  .string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 4 })
  .map((text) => Buffer.from(text, "utf8").toString("latin1"))
  // git takes paths that begin with `:` for something else, and `.` and `..` are no names.
  .filter((text) => !/^\.+$/.test(text) && !text.startsWith(":"));
const somePath = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("/"));
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "A", "c", "é") },
  { weight: 5, arbitrary: fc.constantFrom("*", "**", "?", "/", "/", "**/", "/**", "/**/", "***") },
  {
    weight: 3,
    arbitrary: fc.constantFrom("[ab]", "[!a]", "[^b-]", "[a-c]", "[]a]", "[", "]", "[[:upper:]]", "[[:alpha:]", "[é]"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "\\",
      "\\*",
      "\\a",
      "\\ ",
      " ",
      "  ",
      "#",
      "!",
      "\\!",
      "\\#",
      "[\\]]",
      "[c-a]",
      "[[:x:]]",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...alphabet, "/", "\0", "\r", "\t"), maxLength: 3 }) },
);
const line = fc
  .tuple(
    fc.constantFrom("", "", "", "!", "/", "#"),
    fc.array(piece, { maxLength: 5 }),
    fc.constantFrom("", "", "/", " "),
  )
  .map(([start, pieces, end]) => `${start}${pieces.join("")}${end}`);
const ruleFile = fc
  .tuple(fc.constantFrom("", "\ufeff"), fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom("\n", "\r\n"))
  .map(([mark, lines, lineEnd]) => Buffer.from(mark + lines.join(lineEnd), "utf8"));

describe("parseIgnoreRules() and matchIgnoreRules()", () => {
  test("say what git says, for any rules and any paths", () => {
    fc.assert(
      fc.property(
        ruleFile,
        fc.array(somePath, { minLength: 60, maxLength: 120 }),
        fc.boolean(),
        (content, paths, fold) => {
          const rules = parseIgnoreRules(content, fold);
          const expected = askGit(content, paths, fold);
          expect(paths.map((one) => `${one}: ${ask(rules, one)}`)).toEqual(
            paths.map((one, index) => `${one}: ${expected[index]}`),
          );
        },
      ),
      { numRuns: 250 },
    );
  });

  test("keep git's finer points", () => {
    const cases: readonly (readonly [string, string, Verdict])[] = [
      ["a/b\n!a/b/c", "a/b/c", true],
      ["a/*\n!a/b", "a/b", false],
      ["a\\ ", "a ", true],
      ["a ", "a", true],
      ["a\t", "a", undefined],
      ["\\#a", "#a", true],
      ["#a", "#a", undefined],
      ["\\!a", "!a", true],
      ["a\\", "a\\", undefined],
      ["a\r\nb", "a", true],
      ["\u00ef\u00bb\u00bfa", "a", true],
      ["d/", "d", undefined],
      ["d/", "d/x", true],
      ["/a", "b/a", undefined],
      ["x/a", "y/x/a", undefined],
      ["a/**/b", "a/b", true],
      ["a/**", "a", undefined],
      // git cuts the literal `a` off, so that the stars stand at the beginning.
      ["a**/b", "a1/2/b", true],
      ["?", Buffer.from("é", "utf8").toString("latin1"), undefined],
      ["??", Buffer.from("é", "utf8").toString("latin1"), true],
      ["[", "[", undefined],
      ["a\0b", "a", true],
    ];
    for (const [rules, whole, verdict] of cases) {
      expect([rules, whole, ask(parse(rules), whole)]).toEqual([rules, whole, verdict]);
      expect([rules, whole, askGit(Buffer.from(rules, "latin1"), [whole], false)[0]]).toEqual([rules, whole, verdict]);
    }
    expect(ask(parse("É.TXT", true), Buffer.from("É.txt", "utf8").toString("latin1"))).toBeUndefined();
    expect(ask(parse("A[[:upper:]]", true), "aB")).toBe(true);
  });

  test("do not hang on a hostile pattern", () => {
    // A matcher that tries every way to share the text out would not end within the life of the universe.
    const stars = parse(`${"*a".repeat(200)}b\nx/${"**/a".repeat(200)}b\n${"**/*a".repeat(100)}b`);
    expect(ask(stars, "a".repeat(255))).toBeUndefined();
    expect(ask(stars, `x/${"a/".repeat(100)}c`)).toBeUndefined();
  });
});
