import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "parse-config-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** git's word: the variables, or nothing for a file that is not in the syntax. */
function askGit(content: string): string[] | undefined {
  const file = path.join(folder, "config");
  writeFileSync(file, content);
  try {
    const output = execFileSync("git", ["config", "-z", "--list", "--no-includes", "-f", file], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    return output.split("\0").slice(0, -1);
  } catch {
    return undefined;
  }
}

function ask(content: string): string[] | undefined {
  const variables = parseConfig(content);
  return "badLine" in variables
    ? undefined
    : variables.map(({ key, value }) => (value === undefined ? key : `${key}\n${value}`));
}

const word = fc.constantFrom("core", "Core", "x", "a-b", "filter", "fileMode", "9");
const value = fc
  .array(
    fc.constantFrom(
      "a",
      "B",
      " ",
      "  ",
      '"',
      "\\",
      "\\\\",
      '\\"',
      "\\n",
      "\\t",
      "\\x",
      "\\\n",
      "#",
      ";",
      "=",
      "é",
      "[",
      "]",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
const line = fc.oneof(
  fc.tuple(word, fc.constantFrom("]", "]", " ]", "")).map(([name, end]) => `[${name}${end}`),
  fc
    .tuple(word, fc.constantFrom("sub", "Sub.x", 'q\\"q', "s\\s", "", "a]b"))
    .map(([name, sub]) => `[${name} "${sub}"]`),
  fc.tuple(word, word).map(([name, sub]) => `[${name}.${sub}]`),
  fc.tuple(word, fc.constantFrom("=", " = ", "  =", "="), value).map((parts) => parts.join("")),
  word,
  fc.constantFrom("", "# comment", "; comment", "  ", "_", "é"),
);
const file = fc
  .tuple(
    fc.constantFrom("", "[core]\n"),
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "\n"),
  )
  .map(([start, lines, between, end]) => start + lines.join(between) + end);

describe("parseConfig()", () => {
  test("says what git says, for any file", () => {
    fc.assert(
      fc.property(file, (content) => {
        expect(ask(content)).toEqual(askGit(content));
      }),
      { numRuns: 250 },
    );
  });

  test("names the line that is wrong", () => {
    expect(parseConfig("[core]\n\tbare = false\n[remote\n")).toEqual({ badLine: 3 });
  });

  test("keeps the case of subsections and of nothing else", () => {
    expect(parseConfig('[Filter "LFS"]\n\tClean = Git-LFS clean -- %f\n\trequired\n')).toEqual([
      { key: "filter.LFS.clean", value: "Git-LFS clean -- %f" },
      { key: "filter.LFS.required", value: undefined },
    ]);
  });
});
