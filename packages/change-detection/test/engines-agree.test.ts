import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inspectWorktree, type WorktreeInspection } from "../src/index.ts";
import { useHermeticGit } from "./hermetic-git.ts";
import { HERMETIC, makeRepository, type TestRepository } from "./repository.ts";

useHermeticGit();

/** What happens to a repository, a step at a time. Steps that cannot be done in the state it is in do nothing. */
type Step =
  | { readonly kind: "write"; readonly path: string; readonly content: string }
  | { readonly kind: "append"; readonly path: string; readonly content: string }
  | { readonly kind: "touch" | "remove" | "executable" | "plain"; readonly path: string }
  | { readonly kind: "move" | "link"; readonly path: string; readonly to: string }
  | { readonly kind: "git"; readonly args: readonly string[] };

const path = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a.txt", "b.txt", "src/c.js", "src/d.txt", "x/y/z.txt") },
  { weight: 1, arbitrary: fc.constantFrom("src", "x/y", "é ü.txt", "-n", "log.log") },
);
const line = fc.constantFrom(
  "one\n",
  "two\n",
  "three\n",
  "four, a longer line than the others\n",
  "five\r\n",
  "six $Id: x$\n",
  "a.txt\n",
);
const content = fc.oneof(
  fc.array(line, { maxLength: 30 }).map((lines) => lines.join("")),
  // What the repository begins with, so that moved and edited files are alike.
  fc.tuple(fc.constantFrom("a.txt\n", "b.txt\n"), line).map(([own, more]) => own.repeat(20) + more),
);
const git = (...args: readonly string[]): fc.Arbitrary<Step> => fc.constant({ kind: "git", args });
const gitWith = (...args: readonly string[]): fc.Arbitrary<Step> =>
  path.map((one) => ({ kind: "git", args: [...args, "--", one] }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), path, content }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("append" as const), path, content: line }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("move" as const), path, to: path }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("touch", "remove", "executable", "plain"), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("link" as const), path, to: path }) },
  { weight: 3, arbitrary: gitWith("add") },
  { weight: 3, arbitrary: git("add", "-A") },
  { weight: 3, arbitrary: git("commit", "-q", "--allow-empty", "-m", "x") },
  { weight: 3, arbitrary: git("commit", "-q", "-a", "-m", "x") },
  { weight: 1, arbitrary: gitWith("add", "-N") },
  { weight: 1, arbitrary: gitWith("rm", "-q", "-r", "--cached") },
  { weight: 1, arbitrary: gitWith("update-index", "--assume-unchanged") },
  { weight: 1, arbitrary: gitWith("update-index", "--skip-worktree") },
  { weight: 1, arbitrary: git("update-index", "--index-version", "4") },
  { weight: 1, arbitrary: git("update-index", "--split-index") },
  { weight: 1, arbitrary: git("reset", "-q") },
  { weight: 1, arbitrary: git("stash", "-q", "-u") },
  { weight: 1, arbitrary: git("stash", "pop", "-q") },
  { weight: 1, arbitrary: git("checkout", "-q", "side") },
  { weight: 1, arbitrary: git("checkout", "-q", "main") },
  { weight: 2, arbitrary: git("merge", "-q", "--no-edit", "side") },
  { weight: 1, arbitrary: git("repack", "-q", "-a", "-d") },
  { weight: 1, arbitrary: git("pack-refs", "--all") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("*.log\n", "x/\n", "*\n!*.txt\n").map((rules) => ({
      kind: "write" as const,
      path: ".gitignore",
      content: rules,
    })),
  },
);

/**
 * Rules for contents are there from the start: what git says of files that were stored under other rules hangs on whether it happens to look
 * at them again.
 */
const rules: fc.Arbitrary<readonly Step[]> = fc.oneof(
  fc.constant([]),
  git("config", "core.autocrlf", "input").map((one) => [one]),
  fc
    .constantFrom(
      "* text=auto\n",
      "*.txt text\n",
      "*.txt ident\n",
      "src/* -text\n*.txt text\n",
      "*.js eol=crlf\n[attr]t text\na* t\n",
    )
    .map((lines) => [{ kind: "write" as const, path: ".gitattributes", content: lines }]),
);

function take(repository: TestRepository, one: Step): void {
  const at = (name: string): string => join(repository.root, name);
  try {
    switch (one.kind) {
      case "write":
      case "append":
        mkdirSync(dirname(at(one.path)), { recursive: true });
        if (lstatSync(at(one.path), { throwIfNoEntry: false })?.isSymbolicLink() === true) break;
        writeFileSync(at(one.path), one.content, { flag: one.kind === "write" ? "w" : "a" });
        break;
      case "touch":
        utimesSync(at(one.path), 1e9, 1e9);
        break;
      case "remove":
        rmSync(at(one.path), { recursive: true });
        break;
      case "executable":
      case "plain":
        if (lstatSync(at(one.path)).isFile()) chmodSync(at(one.path), one.kind === "plain" ? 0o644 : 0o755);
        break;
      case "move":
        mkdirSync(dirname(at(one.to)), { recursive: true });
        renameSync(at(one.path), at(one.to));
        break;
      case "link":
        symlinkSync(one.path, at(one.to));
        break;
      case "git":
        execFileSync("git", one.args, {
          cwd: repository.root,
          env: { PATH: process.env["PATH"], ...HERMETIC },
          stdio: "ignore",
        });
        break;
    }
  } catch {
    // There is no such file now, or git refuses: then this step is none.
  }
}

/** A branch to merge that gets in the way of most of what is done on `main`. */
const prelude: readonly Step[] = [
  { kind: "git", args: ["add", "-A"] },
  { kind: "git", args: ["commit", "-q", "--allow-empty", "-m", "rules"] },
  { kind: "git", args: ["checkout", "-q", "-b", "side"] },
  { kind: "append", path: "a.txt", content: "side\n" },
  { kind: "remove", path: "b.txt" },
  { kind: "write", path: "src/d.txt", content: "side\n" },
  { kind: "git", args: ["add", "-A"] },
  { kind: "git", args: ["commit", "-q", "-m", "side"] },
  { kind: "git", args: ["checkout", "-q", "main"] },
];

async function askBoth(directory: string, base: string | undefined): Promise<readonly WorktreeInspection[]> {
  const answers: WorktreeInspection[] = [];
  for (const engine of ["native", "isomorphic"] as const) {
    const answer = await inspectWorktree({ directory, environment: {}, engine, base, mode: "exact" });
    const { changes } = answer;
    answers.push({ ...answer, changes: changes.known ? { ...changes, engine: "native" } : changes });
  }
  return answers;
}

test("both engines give the same answer after any sequence of edits and git commands", async () => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(step, { minLength: 4, maxLength: 24 }), async (rules, steps) => {
      const repository = makeRepository();
      const first = repository.git("rev-parse", "HEAD");
      for (const one of [...rules, ...prelude, ...steps]) take(repository, one);
      for (const base of [first, "HEAD"]) {
        const [native, isomorphic] = await askBoth(repository.root, base);
        expect(isomorphic).toEqual(native);
      }
      rmSync(repository.root, { recursive: true, force: true });
    }),
    // Every run takes a second or so to shrink: the seed and the steps say enough.
    { numRuns: 60, endOnFailure: true },
  );
}, 120_000);
