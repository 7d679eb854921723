import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Hunk } from "./hunk.ts";
import { parseUnifiedDiff } from "./parse-unified-diff.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "diff-"));

  constructor() {
    folders.push(this.folder);
    this.git("init", "-q");
  }

  git(...args: string[]): string {
    const identity = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "core.autocrlf=false"];
    const env = {
      PATH: process.env["PATH"],
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      HOME: this.folder,
    };
    return execFileSync("git", [...identity, ...args], { cwd: this.folder, env, encoding: "utf8", maxBuffer: 2 ** 26 });
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  commit(): void {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", "x");
  }

  diff(...args: string[]): Map<string, readonly Hunk[]> {
    return parseUnifiedDiff(this.git("diff", ...args));
  }
}

/** Lines as git counts them, without the line feed; whether the last one has it does not show in hunks. */
function toLines(content: string): string[] {
  return content === "" ? [] : content.replace(/\n$/, "").split("\n");
}

function apply(oldLines: readonly string[], hunks: readonly Hunk[]): string[] {
  const result: string[] = [];
  let next = 0;
  for (const { oldStart, oldCount, newStart, lines } of hunks) {
    const start = oldCount === 0 ? oldStart : oldStart - 1;
    result.push(...oldLines.slice(next, start));
    expect(result).toHaveLength(Math.max(0, lines.some(({ kind }) => kind !== "removed") ? newStart - 1 : newStart));
    const before = lines.filter(({ kind }) => kind !== "added").map(({ text }) => text);
    expect(oldLines.slice(start, start + oldCount)).toEqual(before);
    result.push(...lines.filter(({ kind }) => kind !== "removed").map(({ text }) => text));
    next = start + oldCount;
  }
  return [...result, ...oldLines.slice(next)];
}

const HOSTILE_LINES = [
  "",
  "a",
  "  b",
  "--- a/x",
  "+++ b/x",
  "-- a/x",
  "++ b/x",
  "@@ -1,9 +1,9 @@",
  "diff --git a/x b/x",
  "\\ No newline at end of file",
  "rename to y",
  "c\r",
  "d\re",
  "\u2028f",
];
const lines = fc.array(fc.constantFrom(...HOSTILE_LINES), { maxLength: 30 });
const content = fc
  .tuple(lines, fc.boolean())
  .map(([list, isEnded]) => list.join("\n") + (isEnded && list.length > 0 ? "\n" : ""));
const name = fc.constantFrom(
  "x",
  "a b",
  "ä/ö.ts",
  'q"uote 😀.ts',
  "tab\tname",
  "line\nfeed",
  "a/b/c",
  "-dash",
  " lead",
  "b/x b",
  "back\\slash",
);

test("parseUnifiedDiff() gives hunks of real git diffs that turn the old lines into the new ones", () => {
  const change = fc.record({ name, before: fc.option(content), after: fc.option(content) });
  const changes = fc.uniqueArray(change, { selector: (item) => item.name, minLength: 4, maxLength: 8 });
  const settings = fc.record({
    context: fc.nat(4),
    isQuoted: fc.boolean(),
    isMnemonic: fc.boolean(),
    isBlankEmpty: fc.boolean(),
  });
  fc.assert(
    fc.property(changes, settings, (list, { context, isQuoted, isMnemonic, isBlankEmpty }) => {
      const repository = new Repository();
      for (const { name: path, before } of list) if (before !== null) repository.write(path, before);
      repository.commit();
      for (const { name: path, before, after } of list) {
        if (after !== null) repository.write(path, after);
        else if (before !== null) rmSync(join(repository.folder, path));
      }
      repository.git("add", "-A");
      const config = {
        "core.quotePath": isQuoted,
        "diff.mnemonicPrefix": isMnemonic,
        "diff.suppressBlankEmpty": isBlankEmpty,
      };
      const flags = Object.entries(config).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
      const diff = parseUnifiedDiff(
        repository.git(...flags, "diff", "--cached", "--no-renames", "--text", `--unified=${context}`),
      );
      const changed = list.filter(({ before, after }) => before !== after);
      expect([...diff.keys()].sort()).toEqual(changed.map((item) => item.name).sort());
      for (const { name: path, before, after } of changed) {
        expect(apply(toLines(before ?? ""), diff.get(path) ?? [])).toEqual(toLines(after ?? ""));
      }
    }),
    { numRuns: 25 },
  );
});

test("parseUnifiedDiff() knows renames, copies, modes, links, empty files, submodules, and says nothing of binary files", () => {
  const repository = new Repository();
  const long = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");
  repository.write("old name", long);
  repository.write("mode same.sh", "x\n");
  repository.write("link", "x\n");
  repository.write("binary ä", new Uint8Array([0, 1, 2]));
  repository.write("empty", "");
  repository.commit();
  rmSync(join(repository.folder, "old name"));
  repository.write('new "name', `${long}more\n`);
  repository.git("update-index", "--chmod=+x", "mode same.sh");
  rmSync(join(repository.folder, "link"));
  symlinkSync("target", join(repository.folder, "link"));
  repository.write("binary ä", new Uint8Array([0, 3, 4]));
  rmSync(join(repository.folder, "empty"));
  repository.write("renamed empty", "");
  repository.git("add", "-A", ".");
  repository.git("update-index", "--chmod=+x", "mode same.sh");
  repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
  for (const flags of [["--find-renames"], ["--find-renames", "--binary"]]) {
    const diff = repository.diff("--cached", ...flags);
    const counts = Object.fromEntries(Array.from(diff, ([path, hunks]) => [path, hunks.length]));
    expect(counts).toEqual({
      'new "name': 1,
      "mode same.sh": 0,
      link: 1,
      "renamed empty": 0,
      module: 1,
    });
    expect(diff.get("link")?.[0]?.lines).toEqual([{ kind: "added", text: "target" }]);
  }
});

test("parseUnifiedDiff() refuses combined diffs of a merge", () => {
  const repository = new Repository();
  repository.write("x", "1\n");
  repository.commit();
  repository.git("checkout", "-q", "-b", "other");
  repository.write("x", "2\n");
  repository.commit();
  repository.git("checkout", "-q", "-");
  repository.write("x", "3\n");
  repository.commit();
  expect(() => repository.git("merge", "-q", "other")).toThrow();
  expect(() => repository.diff()).toThrow(/line 1 begins a combined diff/);
});

test.each([
  ["words before\ndiff --git a/x b/x\n", /line 1 does not begin/],
  ["diff --git x x\n--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", /prefix/],
  ["diff --git a/x a/x\n--- a/x\n+++ a/x\n@@ -1 +1 @@\n-a\n+b\n", /without prefixes/],
  ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a\n", /line 6 is missing/],
  ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n-b\n+c\n", /too many/],
  ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n", /belongs to nothing/],
  ["diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n*b\n", /no line of a hunk/],
  ["diff --git a/x b/x\nsurprise\n", /no header/],
  ["diff --git a/x b/y\n", /name/],
])("parseUnifiedDiff() refuses %j", (text, message) => {
  expect(() => parseUnifiedDiff(text)).toThrow(message);
  expect(() => parseUnifiedDiff(text)).toThrow(SyntaxError);
});

test("parseUnifiedDiff() of nothing is nothing", () => {
  expect(parseUnifiedDiff("")).toEqual(new Map());
});
