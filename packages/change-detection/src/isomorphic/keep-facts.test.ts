import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baseCandidates } from "../base-candidates.ts";
import { openGitCache, type GitCache } from "../cache/open-git-cache.ts";
import type { EngineAnswer } from "../git-engine.ts";
import { createIsomorphicEngine } from "./isomorphic-engine.ts";
import { keepFacts, type KeptDifference } from "./keep-facts.ts";
import { createRepositoryMemories } from "./repository-memory.ts";

let folder: string;
let cache: GitCache;
let found: string[];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "keep-facts-")));
  found = [];
  const real = openGitCache({ directory: path.join(folder, "cache") });
  cache = {
    get: (kind, key) => {
      const fact = real.get(kind, key);
      if (fact !== undefined) found.push(kind);
      return fact;
    },
    set: real.set,
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ends = { baseOid: "1".repeat(40), headOid: "2".repeat(40) };
const never = (): Promise<never> => Promise.reject(new Error("asked again"));

describe("keepFacts()", () => {
  test("gives back what was found, and does not look for it again", async () => {
    const state = { mode: "100644", id: "a".repeat(40) };
    const differences: KeptDifference[] = [
      { raw: "new\nline \xff", from: undefined, before: undefined, after: state },
      { raw: "b", from: "a", before: state, after: { mode: "100755", id: "b".repeat(40) } },
      { raw: "gone", from: undefined, before: state, after: undefined },
    ];
    expect(await keepFacts(cache).differences(ends, async () => differences)).toEqual(differences);
    expect(await keepFacts(cache).differences(ends, never)).toEqual(differences);
    await keepFacts(cache).differences({ ...ends, headOid: ends.baseOid }, async () => []);
    expect(await keepFacts(cache).differences({ ...ends, headOid: ends.baseOid }, never)).toEqual([]);
    for (const base of ["3".repeat(40), undefined]) {
      const commits = { ...ends, headOid: base ?? ends.headOid };
      expect(await keepFacts(cache).mergeBase(commits, async () => base)).toBe(base);
      expect(await keepFacts(cache).mergeBase(commits, never)).toBe(base);
    }
  });

  test("without a cache everything is looked for", async () => {
    await keepFacts(undefined).mergeBase(ends, async () => "3".repeat(40));
    await expect(keepFacts(undefined).mergeBase(ends, never)).rejects.toThrow("asked again");
  });
});

describe("createIsomorphicEngine() with a cache", () => {
  const environment = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (root: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...args], {
      cwd: root,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  const makeRepository = (name: string): { root: string; base: string } => {
    const root = path.join(folder, name);
    execFileSync("git", ["init", "-q", "-b", "main", root], { env: environment });
    writeFileSync(path.join(root, "a.txt"), `${name}\n`);
    git(root, "add", "-A");
    git(root, "commit", "-q", "-m", "first");
    const base = git(root, "rev-parse", "HEAD");
    git(root, "mv", "a.txt", "b.txt");
    git(root, "commit", "-q", "-m", "second");
    return { root, base };
  };
  /** Asks as a new process would: nothing is in memory. */
  const ask = async (root: string, base: string): Promise<EngineAnswer> => {
    const engine = createIsomorphicEngine({ environment, memoryOf: createRepositoryMemories() });
    const answer = await engine({
      directory: root,
      head: undefined,
      mode: "merge-base",
      candidates: baseCandidates({ base }, {}),
      wantsWorkTree: true,
      wantsFiles: true,
      excludes: () => undefined,
      cache,
      signal: undefined,
    });
    if ("known" in answer) throw new Error(answer.message);
    return answer;
  };

  test("another process gets the same answer, from what was kept", async () => {
    const { root } = makeRepository("one");
    // Old enough for the index to vouch for it, so that no attributes are looked for.
    utimesSync(path.join(root, "b.txt"), 1e9, 1e9);
    git(root, "update-index", "--refresh");
    const first = await ask(root, "main~1");
    expect(found).toEqual([]);
    expect(await ask(root, "main~1")).toEqual(first);
    expect(found).toEqual(expect.arrayContaining(["commit", "merge-base", "diff"]));
    expect(first.committed).toHaveLength(1);
    // So much so that it needs no object at all.
    rmSync(path.join(root, ".git", "objects"), { recursive: true });
    mkdirSync(path.join(root, ".git", "objects"));
    expect(await ask(root, "main~1")).toEqual(first);
  });

  test("as much is kept for a long history as for a short one", async () => {
    const keptOf = async (name: string, length: number): Promise<number> => {
      const { root } = makeRepository(name);
      for (const branch of ["side", "main"]) {
        if (branch === "side") git(root, "checkout", "-q", "-b", branch);
        else git(root, "checkout", "-q", branch);
        for (let number = 0; number < length; number += 1) git(root, "commit", "-q", "--allow-empty", "-m", branch);
      }
      const before = readdirSync(path.join(folder, "cache")).length;
      await ask(root, "side");
      return readdirSync(path.join(folder, "cache")).length - before;
    };
    mkdirSync(path.join(folder, "cache"));
    expect(await keptOf("long", 12)).toBe(await keptOf("short", 2));
  });

  test("a commit that only another repository has is not taken for one of this", async () => {
    const [one, two] = [makeRepository("one"), makeRepository("two")];
    await ask(one.root, one.base);
    const answer = await ask(two.root, one.base);
    expect(answer.base).toMatchObject({ known: false, code: "vanished-base" });
  });

  test("nothing is taken from there where replaced objects decide", async () => {
    const { root, base } = makeRepository("one");
    await ask(root, "main~1");
    writeFileSync(path.join(root, "c.txt"), "c\n");
    git(root, "add", "-A");
    git(root, "commit", "-q", "-m", "third");
    const before = await ask(root, "main~1");
    git(root, "replace", "--graft", "main", base);
    const after = await ask(root, "main~1");
    expect(before.committed).toHaveLength(1);
    expect(after.base).toMatchObject({ oid: base });
    expect(after.committed).toHaveLength(2);
  });
});
