import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { baseCandidates } from "../src/base-candidates.ts";
import type { ChangesUnknown } from "../src/change.ts";
import type { EngineAnswer } from "../src/git-engine.ts";
import { createIsomorphicEngine } from "../src/isomorphic/isomorphic-engine.ts";
import { createRepositoryMemories } from "../src/isomorphic/repository-memory.ts";

const environment = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
let root: string;
let files: string[];
let sound: EngineAnswer | ChangesUnknown;

/** Asks as a new process would: nothing is in memory. */
const ask = async (): Promise<EngineAnswer | ChangesUnknown> =>
  createIsomorphicEngine({ environment, memoryOf: createRepositoryMemories() })({
    directory: root,
    head: undefined,
    mode: "merge-base",
    candidates: baseCandidates({ base: "HEAD~2" }, {}),
    wantsWorkTree: true,
    wantsFiles: true,
    excludes: () => undefined,
    cache: undefined,
    signal: undefined,
  });

beforeAll(async () => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "damaged-repository-")));
  const git = (...args: readonly string[]): void => {
    const identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
    execFileSync("git", [...identity, ...args], { cwd: root, env: environment, stdio: "ignore" });
  };
  git("init", "-q", "-b", "main");
  for (let round = 0; round < 4; round += 1) {
    for (let index = 0; index < 6; index += 1) {
      writeFileSync(path.join(root, `f${index}`), `${index === round ? "new" : index}\n`.repeat(30));
    }
    git("add", "-A");
    git("commit", "-q", "-m", `${round}`);
    // Packs of both kinds of content, and loose objects of the last two commits.
    if (round === 1) git("repack", "-q", "-a", "-d");
  }
  writeFileSync(path.join(root, "staged"), "staged\n");
  git("add", "staged");
  writeFileSync(path.join(root, "f5"), "edited\n");
  sound = await ask();
  const gitDir = path.join(root, ".git");
  files = readdirSync(path.join(gitDir, "objects"), { recursive: true, encoding: "utf8" })
    .filter((name) => /^(?:[0-9a-f]{2}\/|pack\/.*\.(?:pack|idx)$)/.test(name))
    .map((name) => path.join(gitDir, "objects", name));
  files.push(path.join(gitDir, "index"));
  files.sort();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** What an answer says. Without a base nothing is said of commits. */
const parts = (answer: EngineAnswer | ChangesUnknown): readonly unknown[] =>
  "known" in answer ? [answer] : [answer.base, "known" in answer.base ? answer.base : answer.committed, answer.work];
const isUnknown = (part: unknown): boolean => typeof part === "object" && part !== null && "known" in part;

describe("a damaged repository", () => {
  test("is known as it was or not known, whatever byte of index, objects and packs is wrong or missing", async () => {
    expect(parts(sound).some(isUnknown)).toBe(false);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (which, at, by, cuts) => {
          const file = files[which % files.length] ?? "";
          const content = readFileSync(file);
          const place = at % content.length;
          chmodSync(file, 0o644);
          if (cuts) {
            truncateSync(file, place);
          } else {
            const damaged = Buffer.from(content);
            damaged[place] = (damaged[place] ?? 0) ^ by;
            writeFileSync(file, damaged);
          }
          try {
            const answer = await ask();
            if ("known" in answer) return;
            const before = parts(sound);
            for (const [position, part] of parts(answer).entries()) {
              if (!isUnknown(part)) expect(part, path.relative(root, file)).toEqual(before[position]);
            }
          } finally {
            writeFileSync(file, content);
          }
        },
      ),
      { numRuns: 250, endOnFailure: true },
    );
    expect(await ask()).toEqual(sound);
  });
});
