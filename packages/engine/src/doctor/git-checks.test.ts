import { expect, test } from "vitest";
import { checkGit, type GitFacts } from "./git-checks.ts";
import { parseSettings } from "./read-git-facts.ts";

const WELL: GitFacts = {
  version: "2.45.1",
  changes: { known: true, ref: "origin/main", count: 2 },
  fileCount: 100,
  isShallow: false,
  settings: new Map(),
  objects: { loose: 10, packs: 1 },
  hiddenEdits: [],
  keepsModes: true,
};

const checksOf = (facts: Partial<GitFacts>): Record<string, string> =>
  Object.fromEntries(checkGit({ ...WELL, ...facts }).map(({ id, state }) => [id, state]));
const mendOf = (facts: Partial<GitFacts>, id: string): string | undefined =>
  checkGit({ ...WELL, ...facts }).find((check) => check.id === id)?.mend;

test("a repository that is well has nothing to mend", () => {
  expect(checksOf({})).toEqual({ git: "ok", changes: "ok", "git-settings": "ok", "git-objects": "ok" });
  expect(checkGit(WELL).filter(({ mend }) => mend !== undefined)).toEqual([]);
});

test.each([
  [undefined, "advice"],
  ["2.29.9", "problem"],
  ["1.8.3", "problem"],
  ["2.30.0", "ok"],
  ["3.0.0", "ok"],
  ["2.39.5 (Apple Git-154)", "ok"],
  ["of mine", "unknown"],
])("git %s is a %s", (version, state) => {
  expect(checksOf({ version })["git"]).toBe(state);
});

test("what change detection cannot tell is a problem with its own remedy, and no repository is none", () => {
  const shallow = {
    known: false,
    code: "shallow",
    message: "too few commits",
    remedy: "git fetch --unshallow",
  } as const;
  expect(checksOf({ changes: shallow })["changes"]).toBe("problem");
  expect(mendOf({ changes: shallow }, "changes")).toBe("git fetch --unshallow");
  const none = { known: false, code: "not-a-repository", message: "none", remedy: "go elsewhere" } as const;
  expect(checksOf({ changes: none, objects: undefined })).toEqual({ git: "ok", changes: "advice" });
});

test.each([
  [{ settings: new Map([["core.preloadindex", "false"]]) }, "git-preload-index", "git config core.preloadIndex true"],
  [{ settings: new Map([["core.filemode", "no"]]) }, "git-file-mode", "git config core.fileMode true"],
  [{ objects: { loose: 6_701, packs: 1 } }, "git-objects", "git gc"],
  [{ objects: { loose: 0, packs: 51 } }, "git-objects", "git gc"],
])("%j is something to mend: %s", (facts, id, mend) => {
  expect(checksOf(facts)[id]).toBe("advice");
  expect(mendOf(facts, id)).toBe(mend);
});

test("executable bits that the system does not keep are nothing to mend", () => {
  expect(checksOf({ settings: new Map([["core.filemode", "false"]]), keepsModes: false })["git-settings"]).toBe("ok");
});

test("of settings for large work trees it says that they change nothing here", () => {
  const message = (fileCount: number): string =>
    checkGit({ ...WELL, fileCount }).find(({ id }) => id === "git-settings")?.message ?? "";
  expect(message(10_000)).toContain("core.untrackedCache and core.fsmonitor change nothing for runs");
  expect(message(9_999)).not.toContain("untrackedCache");
});

test("parseSettings() reads values with line ends, names alone, and the last of several", () => {
  const text = "core.fileMode\ntrue\0core.filemode\nfalse\0core.preloadIndex\0alias.x\n!a\nb\0";
  expect([...parseSettings(text)]).toEqual([
    ["core.filemode", "false"],
    ["core.preloadindex", "true"],
    ["alias.x", "!a\nb"],
  ]);
});
