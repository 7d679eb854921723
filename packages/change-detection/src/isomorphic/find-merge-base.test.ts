import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findMergeBase } from "./find-merge-base.ts";
import type { Commit } from "./commit.ts";

/** A history: each commit names earlier ones as parents, and has a time of its own, right or wrong. */
interface Drawn {
  readonly parents: readonly number[];
  readonly time: number;
}

const history = fc
  .array(fc.record({ parents: fc.array(fc.nat(), { maxLength: 3 }), time: fc.nat(6) }), { minLength: 2, maxLength: 24 })
  .map((drawn): Drawn[] =>
    drawn.map(({ parents, time }, index) => ({
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
      time,
    })),
  );

let folder: string;
const git = (input: string, ...args: readonly string[]): string =>
  execFileSync("git", args, {
    cwd: folder,
    input,
    env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["pipe", "pipe", "ignore"],
    encoding: "utf8",
  });
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "merge-base-"));
  git("", "init", "-q", "--bare");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the history with git; gives the ids. */
function write(drawn: readonly Drawn[]): string[] {
  const script = drawn.map(({ parents, time }, index) => {
    const [from, ...merged] = parents.map((parent) => `:${parent + 1}`);
    return [
      // A branch of its own each, so that no commit has a parent that was not drawn.
      `commit refs/heads/c${index}`,
      `mark :${index + 1}`,
      `committer A <a@b> ${1000 + time} +0000`,
      `data <<.\n${index}\n.`,
      ...(from === undefined ? [] : [`from ${from}`]),
      ...merged.map((parent) => `merge ${parent}`),
      "",
    ].join("\n");
  });
  git(
    `${drawn.map((_, index) => `reset refs/heads/c${index}\n`).join("\n")}\n${script.join("\n")}\n`,
    "fast-import",
    "--quiet",
    "--force",
    "--export-marks=marks",
  );
  const ids: string[] = [];
  for (const line of git("", "for-each-ref", "--format=%(refname:short) %(objectname)").split("\n")) {
    const [name = "", id = ""] = line.split(" ");
    const index = Number(name.slice(1));
    if (line !== "" && index < drawn.length) ids[index] = id;
  }
  return ids;
}

describe("findMergeBase()", () => {
  test("gives the base that git gives first, for any history and any clocks", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), fc.nat(), async (drawn, a, b) => {
        const ids = write(drawn);
        const commits = new Map<string, Commit>();
        for (const [index, { parents, time }] of drawn.entries()) {
          const parentIds = parents.map((parent) => ids[parent] ?? "");
          commits.set(ids[index] ?? "", { tree: "", parents: parentIds, timeSeconds: 1000 + time });
        }
        const [one, two] = [ids[a % ids.length] ?? "", ids[b % ids.length] ?? ""];
        const said = git("", "rev-parse", `${one}...${two}`).split("\n");
        // The third line is a caret and the first merge base, where there is one.
        const expected = said[2] === undefined || said[2] === "" ? undefined : said[2].slice(1);
        expect(await findMergeBase(one, two, async (id) => commits.get(id))).toBe(expected);
      }),
      { numRuns: 120 },
    );
  });

  test("reads no more of a long history than both sides have to themselves", async () => {
    const commits = new Map<string, Commit>();
    for (let index = 0; index < 10_000; index += 1) {
      commits.set(`${index}`, { tree: "", parents: index === 0 ? [] : [`${index - 1}`], timeSeconds: index });
    }
    commits.set("side", { tree: "", parents: ["9990"], timeSeconds: 10_000 });
    let reads = 0;
    const base = await findMergeBase("side", "9999", async (id) => {
      reads += 1;
      return commits.get(id);
    });
    expect(base).toBe("9990");
    expect(reads).toBeLessThan(20);
  });

  test("a commit that is missing on the way is no answer", async () => {
    const commits = new Map<string, Commit>([
      ["a", { tree: "", parents: ["gone"], timeSeconds: 2 }],
      ["b", { tree: "", parents: [], timeSeconds: 1 }],
    ]);
    await expect(findMergeBase("a", "b", async (id) => commits.get(id))).rejects.toThrow("the commit gone is missing");
  });
});
