import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { openIgnoreRules } from "./open-ignore-rules.ts";

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const GIT_ENVIRONMENT = { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

function git(folder: string, args: readonly string[], input = ""): string {
  try {
    return execFileSync("git", args, { cwd: folder, input, encoding: "utf8", env: GIT_ENVIRONMENT });
  } catch (error) {
    // `check-ignore` exits with 1 where nothing is ignored.
    const { status, stdout } = error as { readonly status?: unknown; readonly stdout?: unknown };
    if (status === 1 && args[0] === "check-ignore") return String(stdout);
    throw error;
  }
}

const FOLDERS = ["", "a/", "a/b/", "a/b/foo/", "c d/", "foo/", "foo/a/", "x[1]/", "x1/"];
const NAMES = [
  "a",
  "b",
  "foo",
  "foo.txt",
  "a.txt",
  "!neg",
  "#hash",
  "x1",
  "sp ace",
  "tab\tname",
  ".dot",
  "-dash",
  "Foo",
];
// What is a folder somewhere is no file there.
const FILES = FOLDERS.flatMap((folder) => NAMES.map((name) => folder + name)).filter(
  (path) => !FOLDERS.some((folder) => folder === `${path}/`),
);
const segment = fc.constantFrom(
  "a",
  "b",
  "foo",
  "*",
  "**",
  "*.txt",
  "f*",
  "?",
  "[a-c]",
  "[!a]",
  "x[1]",
  "x\\[1\\]",
  "c d",
  ".*",
  "FOO",
);
const pattern = fc
  .tuple(
    fc.constantFrom("", "", "", "!"),
    fc.constantFrom("", "", "/"),
    fc.array(segment, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "", "/", " ", "/ "),
  )
  .map(([negation, start, segments, end]) => negation + start + segments.join("/") + end);
const line = fc.oneof(
  { weight: 8, arbitrary: pattern },
  fc.constantFrom("", "# a", "\\#hash", "\\!neg", "sp\\ ace", "sp ace  ", "a\\ ", "!", "/"),
);
const ignoreFile = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.map((text) => text + end).join(""));

test("openIgnoreRules() agrees with git check-ignore about nested .gitignore files and info/exclude", async () => {
  const folder = temporaryDirectory();
  git(folder, ["init", "-q"]);
  write(folder, Object.fromEntries(FILES.map((path) => [path, ""])));
  await fc.assert(
    fc.asyncProperty(fc.tuple(ignoreFile, ignoreFile, ignoreFile, ignoreFile, ignoreFile), async (contents) => {
      const [exclude, top, inA, inB, inBrackets] = contents;
      write(folder, {
        ".git/info/exclude": exclude,
        ".gitignore": top,
        "a/.gitignore": inA,
        "a/b/.gitignore": inB,
        "x[1]/.gitignore": inBrackets,
      });
      const output = git(
        folder,
        ["check-ignore", "--no-index", "-z", "--stdin"],
        FILES.map((path) => `${path}\0`).join(""),
      );
      const rules = await openIgnoreRules(folder, [".gitignore"]);
      const ignored: string[] = [];
      for (const path of FILES) if ((await rules.findRule(path)) !== undefined) ignored.push(path);
      expect(ignored).toEqual(output.split("\0").filter(Boolean));
    }),
    { numRuns: 150 },
  );
}, 120_000);

test("openIgnoreRules() names the file and the pattern", async () => {
  const folder = temporaryDirectory();
  write(folder, { ".gitignore": "*.log\n", "src/.aiignore": "# no data\n/data/\n!x\n", "src/.cursorignore": "y" });
  const rules = await openIgnoreRules(folder, [".gitignore", ".aiignore", ".cursorignore"]);
  expect(await rules.findRule("src/a.log")).toBe(".gitignore: *.log");
  expect(await rules.findRule("src/data/a.csv")).toBe("src/.aiignore: /data/");
  expect(await rules.findRule("src/deep/y")).toBe("src/.cursorignore: y");
  expect(await rules.findRule("src/deep/data/a.csv")).toBeUndefined();
  expect(await rules.findRule("src/a.ts")).toBeUndefined();
});

test("openIgnoreRules() lets no kind of ignore file make exceptions from another", async () => {
  const folder = temporaryDirectory();
  write(folder, { ".gitignore": "*.csv\n", ".aiignore": "!a.csv\n*.sql\n", "x/.gitignore": "!b.csv\n!c.sql\n" });
  const rules = await openIgnoreRules(folder, [".gitignore", ".aiignore"]);
  expect(await rules.findRule("a.csv")).toBe(".gitignore: *.csv");
  expect(await rules.findRule("x/b.csv")).toBeUndefined();
  expect(await rules.findRule("x/c.sql")).toBe(".aiignore: *.sql");
});

test("openIgnoreRules() takes an empty .aiexclude for the whole folder, and no exceptions in it", async () => {
  const folder = temporaryDirectory();
  write(folder, {
    ".aiexclude": "*.txt\n!a.txt\n",
    "closed/.aiexclude": "",
    "told/.aiexclude": "# all\n!x\n",
    "empty/.aiignore": "",
  });
  const rules = await openIgnoreRules(folder, [".aiexclude", ".aiignore"]);
  expect(await rules.findRule("a.txt")).toBe(".aiexclude: *.txt");
  expect(await rules.findRule("closed/deep/a.ts")).toBe("closed/.aiexclude: (empty)");
  expect(await rules.findRule("told/x")).toBe("told/.aiexclude: (empty)");
  expect(await rules.findRule("empty/a.ts")).toBeUndefined();
  expect(await rules.findRule("closed.ts")).toBeUndefined();
});

test("openIgnoreRules() blocks the folder of an ignore file that cannot be read", async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "odd", ".aiignore"), { recursive: true });
  mkdirSync(join(folder, "pipe"));
  execFileSync("mkfifo", [join(folder, "pipe", ".gitignore")]);
  write(folder, { "large/.gitignore": "#".repeat(1024 * 1024 + 1) });
  const rules = await openIgnoreRules(folder, [".gitignore", ".aiignore"]);
  expect(await rules.findRule("odd/a")).toBe("odd/.aiignore: (not-a-file)");
  expect(await rules.findRule("pipe/a")).toBe("pipe/.gitignore: (not-a-file)");
  expect(await rules.findRule("large/a")).toBe("large/.gitignore: (too-large)");
  expect(await rules.findRule("a")).toBeUndefined();
});

test("openIgnoreRules() obeys the ignore files above the directory, up to the top of the work tree, also of a linked one", async () => {
  const folder = temporaryDirectory();
  const top = join(folder, "repository");
  write(folder, {
    ".gitignore": "*\n",
    "repository/.gitignore": "*.log\n/packages/app/out\n",
    "repository/packages/app/a": "",
  });
  git(top, ["init", "-q"]);
  write(top, { ".git/info/exclude": "*.tmp\n" });
  git(top, ["add", "-A"]);
  git(top, ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a"]);
  git(top, ["worktree", "add", "-q", "../linked"]);
  for (const tree of ["repository", "linked"]) {
    const rules = await openIgnoreRules(join(folder, tree, "packages", "app"), [".gitignore"]);
    expect(await rules.findRule("a.log")).toBe(".gitignore: *.log");
    expect(await rules.findRule("out/b")).toBe(".gitignore: /packages/app/out");
    expect(await rules.findRule("b.tmp")).toBe("info/exclude: *.tmp");
    expect(await rules.findRule("a")).toBeUndefined();
  }
});
