import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { baseCandidates } from "../base-candidates.ts";
import type { EngineRequest } from "../git-engine.ts";
import { createIsomorphicEngine } from "./isomorphic-engine.ts";
import { createRepositoryMemories, type RepositoryMemory } from "./repository-memory.ts";

let root: string;
const environment = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...args], {
    cwd: root,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
const request = (changes: Partial<EngineRequest> = {}): EngineRequest => ({
  directory: root,
  head: undefined,
  mode: "exact",
  candidates: baseCandidates({}, {}),
  wantsWorkTree: true,
  wantsFiles: true,
  excludes: () => undefined,
  cache: undefined,
  signal: undefined,
  ...changes,
});

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "isomorphic-engine-")));
  git("init", "-q", "-b", "main");
  mkdirSync(path.join(root, "src"));
  for (const name of ["a.txt", "b.txt", "src/c.js"]) writeFileSync(path.join(root, name), `${name}\n`);
  git("add", "-A");
  git("commit", "-q", "-m", "first");
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** An engine whose memory is watched: the clock of its files, and which of them were hashed since it was last asked. */
function watched(nowMs: number): { engine: ReturnType<typeof createIsomorphicEngine>; hashed: () => string[] } {
  const memories = createRepositoryMemories(() => nowMs);
  let hashed: string[] = [];
  const memoryOf = (gitDir: string): RepositoryMemory => {
    const memory = memories(gitDir);
    return {
      ...memory,
      stats: {
        get: memory.stats.get,
        set: (raw, ...rest) => {
          hashed.push(raw);
          memory.stats.set(raw, ...rest);
        },
      },
    };
  };
  return {
    engine: createIsomorphicEngine({ environment, memoryOf }),
    hashed: () => {
      const list = hashed.toSorted();
      hashed = [];
      return list;
    },
  };
}

describe("createIsomorphicEngine()", () => {
  test("reads the content of a file once, and again when it was touched", async () => {
    for (const name of ["a.txt", "src/c.js"]) utimesSync(path.join(root, name), 1e9, 1e9);
    writeFileSync(path.join(root, "new.txt"), "new\n");
    git("add", "b.txt");
    const { engine, hashed } = watched(Date.now() + 3_600_000);
    const first = await engine(request());
    expect(hashed()).toEqual(expect.arrayContaining(["a.txt", "new.txt", "src/c.js"]));
    expect(await engine(request())).toEqual(first);
    expect(hashed()).toEqual([]);
    utimesSync(path.join(root, "a.txt"), 2e9, 2e9);
    expect(await engine(request())).toEqual(first);
    expect(hashed()).toEqual(["a.txt"]);
  });

  test("reads files again that are too young to be remembered", async () => {
    writeFileSync(path.join(root, "a.txt"), "x.txt\n");
    const { engine, hashed } = watched(0);
    const first = await engine(request());
    expect(hashed()).toContain("a.txt");
    writeFileSync(path.join(root, "a.txt"), "y.txt\n");
    expect(await engine(request())).not.toEqual(first);
  });

  test("sees another index, other commits and other attributes at once", async () => {
    const { engine } = watched(Date.now() + 3_600_000);
    const states = async (): Promise<string[]> => {
      const answer = await engine(request());
      if ("known" in answer || answer.work === undefined || "known" in answer.work) throw new Error("unknown");
      return answer.work.entries.map(({ name, staged, unstaged }) => `${name.path} ${staged} ${unstaged}`);
    };
    expect(await states()).toEqual([]);
    writeFileSync(path.join(root, "a.txt"), "one\r\n");
    expect(await states()).toEqual(["a.txt false true"]);
    git("add", "a.txt");
    expect(await states()).toEqual(["a.txt true false"]);
    git("commit", "-q", "-m", "second");
    expect(await states()).toEqual([]);
    writeFileSync(path.join(root, "a.txt"), "two\r\n");
    git("add", "a.txt");
    writeFileSync(path.join(root, "a.txt"), "two\n");
    expect(await states()).toEqual(["a.txt true true"]);
    git("reset", "-q", "--soft", "HEAD~1");
    expect(await states()).toEqual(["a.txt true true"]);
  });

  test("what nobody thought of is 'git-failed', never an exception and never an empty list", async () => {
    const memoryOf = (): RepositoryMemory => {
      throw new Error("out of memory");
    };
    expect(await createIsomorphicEngine({ environment, memoryOf })(request())).toMatchObject({
      known: false,
      code: "git-failed",
      message: "the repository cannot be read: out of memory",
    });
  });

  test("excluded paths are in no part of the answer", async () => {
    writeFileSync(path.join(root, "a.txt"), "new\n");
    writeFileSync(path.join(root, "src/new.js"), "new\n");
    const engine = createIsomorphicEngine({ environment });
    const answer = await engine(request({ excludes: () => (name) => name.startsWith("src/") || name === "a.txt" }));
    if ("known" in answer || answer.work === undefined || "known" in answer.work) throw new Error("unknown");
    expect(answer.work.entries).toEqual([]);
    expect(answer.work.files?.map(({ path: name }) => name)).toEqual(["b.txt"]);
  });
});
