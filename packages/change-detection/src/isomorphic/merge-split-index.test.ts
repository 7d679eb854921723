import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeSplitIndex, parseIndexLink } from "./merge-split-index.ts";
import { parseIndex, type GitIndex } from "./parse-index.ts";

function read(file: string): GitIndex {
  const index = parseIndex(readFileSync(file));
  if ("problem" in index) throw new Error(index.problem);
  return index;
}

describe("mergeSplitIndex()", () => {
  test("gives the entries that git has, after any edits", () => {
    const edit = fc.record({ name: fc.nat(199), kind: fc.constantFrom("edit", "remove", "add") });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 90 }), (edits) => {
        const folder = mkdtempSync(path.join(tmpdir(), "merge-split-index-"));
        const git = (input: string, ...args: readonly string[]): string =>
          execFileSync("git", args, {
            cwd: folder,
            input,
            env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" },
            encoding: "utf8",
          });
        const blob = (number: number): string => `${number}`.padStart(40, "0");
        git("", "init", "-q");
        const list = Array.from({ length: 150 }, (_, index) => `100644 ${blob(index + 1)} 0\tf${index}\n`);
        git(list.join(""), "update-index", "--index-info");
        git("", "-c", "splitIndex.maxPercentChange=100", "update-index", "--split-index");
        const changes = edits.map(({ name, kind }) =>
          kind === "remove"
            ? `0 ${blob(0)}\tf${name}\n`
            : `100644 ${blob(1000 + name)} 0\t${kind === "add" ? "g" : "f"}${name}\n`,
        );
        git(changes.join(""), "-c", "splitIndex.maxPercentChange=100", "update-index", "--index-info");
        const own = read(path.join(folder, ".git", "index"));
        const link = parseIndexLink(own.link ?? Buffer.alloc(0));
        if (link === undefined) throw new Error("no link");
        const shared = read(path.join(folder, ".git", `sharedindex.${link.baseId}`));
        const merged = mergeSplitIndex(shared.entries, own.entries, link);
        if ("problem" in merged) throw new Error(merged.problem);
        const said = git("", "ls-files", "-s");
        rmSync(folder, { recursive: true });
        expect(merged.map(({ mode, id, stage, raw }) => `${mode} ${id} ${stage}\t${raw}\n`).join("")).toBe(said);
      }),
      { numRuns: 25 },
    );
  });

  test("says that a link is wrong, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const link = parseIndexLink(Buffer.from(bytes), 64);
        if (link === undefined) return;
        const merged = mergeSplitIndex([], [], link);
        if (link.replaced.length + link.deleted.size > 0) expect(merged).toHaveProperty("problem");
      }),
      { numRuns: 1000 },
    );
  });

  test("does not make a list of what a damaged bitmap claims", () => {
    const bitmap = Buffer.alloc(8 + 8 + 4);
    bitmap.writeUInt32BE(1, 4);
    // A run of 2^32 - 1 words of ones.
    bitmap.writeBigUInt64BE((0xffff_ffffn << 1n) | 1n, 8);
    expect(parseIndexLink(Buffer.concat([Buffer.alloc(20), bitmap, bitmap]))).toBeUndefined();
  });
});
