import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRefName, openRefs } from "./read-refs.ts";

const [one, two] = ["1".repeat(40), "2".repeat(40)];

describe("isRefName()", () => {
  test("says what git check-ref-format says", () => {
    const part = fc.constantFrom(
      "a",
      "b",
      "/",
      "//",
      ".",
      "..",
      "@",
      "@{",
      "{",
      "~",
      "^",
      ":",
      "?",
      "*",
      "[",
      "\\",
      " ",
      "\t",
      "\u007f",
      ".lock",
      "-",
      "é",
      "HEAD",
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const name = parts.join("");
        let isValid = true;
        try {
          execFileSync("git", ["check-ref-format", "--allow-onelevel", name], { stdio: "ignore" });
        } catch {
          isValid = false;
        }
        // A leading dash would be an option to git; nobody asks for such a name there.
        fc.pre(!name.startsWith("-"));
        expect(isRefName(name)).toBe(isValid);
      }),
      { numRuns: 200 },
    );
  });
});

describe("openRefs()", () => {
  let gitDir: string;
  const write = (name: string, content: string): void => {
    mkdirSync(path.dirname(path.join(gitDir, name)), { recursive: true });
    writeFileSync(path.join(gitDir, name), content);
  };
  beforeEach(() => {
    gitDir = mkdtempSync(path.join(tmpdir(), "read-refs-"));
  });
  afterEach(() => {
    rmSync(gitDir, { recursive: true });
  });
  const resolve = (name: string): string | undefined => openRefs({ gitDir, commonDir: gitDir }).resolve(name);

  test("loose references go before packed ones", () => {
    write(
      "packed-refs",
      `# pack-refs with: peeled fully-peeled sorted\n${one} refs/heads/a\n${one} refs/heads/b\n^${two}\n`,
    );
    write("refs/heads/a", `${two}\n`);
    expect(resolve("refs/heads/a")).toBe(two);
    expect(resolve("refs/heads/b")).toBe(one);
    expect(resolve("refs/heads/c")).toBeUndefined();
  });

  test("symbolic references are followed, by text and by link, and not for ever", () => {
    write("refs/heads/a", `${one}\n`);
    write("HEAD", "ref: refs/heads/a\n");
    symlinkSync("refs/heads/a", path.join(gitDir, "LINK"));
    write("refs/heads/loop", "ref: refs/heads/loop\n");
    write("refs/heads/unborn", "ref: refs/heads/nowhere\n");
    expect(resolve("HEAD")).toBe(one);
    expect(resolve("LINK")).toBe(one);
    expect(resolve("refs/heads/loop")).toBeUndefined();
    expect(resolve("refs/heads/unborn")).toBeUndefined();
  });

  test("a linked work tree has its own HEAD and shares the branches", () => {
    write("refs/heads/a", `${one}\n`);
    write("HEAD", `${one}\n`);
    write("worktrees/x/HEAD", `${two}\n`);
    const refs = openRefs({ gitDir: path.join(gitDir, "worktrees/x"), commonDir: gitDir });
    expect(refs.resolve("HEAD")).toBe(two);
    expect(refs.resolve("refs/heads/a")).toBe(one);
  });

  test("nothing outside is read, and what holds nothing is said", () => {
    write("refs/heads/a", "");
    writeFileSync(path.join(gitDir, "outside"), `${one}\n`);
    expect(resolve("refs/../outside")).toBeUndefined();
    expect(resolve("refs/heads/../../outside")).toBeUndefined();
    expect(() => resolve("refs/heads/a")).toThrow("holds neither an id nor a name");
    write("packed-refs", "nonsense\n");
    expect(() => resolve("refs/heads/b")).toThrow("packed-refs has a line that cannot be read");
  });
});
