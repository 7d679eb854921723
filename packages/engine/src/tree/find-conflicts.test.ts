import { createPathMatcher } from "@ai-workflow/change-detection";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffFiles } from "./diff-files.ts";
import { findConflicts, type TreeUser } from "./find-conflicts.ts";

const user = (id: string, reads: readonly string[] | undefined, writes: readonly string[] = []): TreeUser => ({
  id,
  reads,
  writes,
});

describe("findConflicts()", () => {
  test("a step that edits is kept apart from those that read or edit the same files, and from no others", () => {
    const users = [
      user("format", ["src/**"], ["src/**/*.ts"]),
      user("lint", ["src/**"]),
      user("docs", ["docs/**"]),
      user("everything", undefined),
      user("toc", ["docs/**"], ["docs/toc.md"]),
      user("generate", ["schema.json"], ["src/generated/**"]),
    ];
    const conflicts = findConflicts(users, ["src/a.ts", "docs/a.md", "docs/toc.md", "schema.json"]);
    expect(Object.fromEntries(conflicts)).toEqual({
      format: ["lint", "everything", "generate"],
      toc: ["docs", "everything"],
      generate: ["format", "lint", "everything"],
    });
  });

  const globs = fc.array(fc.constantFrom("src/**", "src/*.ts", "docs/", "**/*.md", "src/deep/a.ts", "!src/b.ts"), {
    minLength: 1,
    maxLength: 3,
  });
  const users = fc.array(fc.tuple(fc.option(globs, { nil: undefined }), fc.oneof(fc.constant([]), globs)), {
    maxLength: 5,
  });
  const files = ["src/a.ts", "src/b.ts", "src/deep/a.ts", "docs/x.md", "README.md"];

  test("no step that edits a file runs beside one that reads or edits it, and edits are kept apart both ways", () => {
    fc.assert(
      fc.property(users, (rows) => {
        const all = rows.map(([reads, writes], index) => user(String(index), reads, writes));
        const conflicts = findConflicts(all, files);
        for (const writer of all) {
          if (writer.writes.length === 0) continue;
          const written = files.filter(createPathMatcher(writer.writes));
          for (const other of all) {
            if (other.id === writer.id) continue;
            const isRead = written.some(other.reads === undefined ? () => true : createPathMatcher(other.reads));
            const isWritten = other.writes.length > 0 && written.some(createPathMatcher(other.writes));
            if (isRead || isWritten) expect(conflicts.get(writer.id)).toContain(other.id);
            if (isWritten) expect(conflicts.get(other.id)).toContain(writer.id);
          }
        }
      }),
    );
  });
});

test("diffFiles() tells new, gone, edited and re-moded files, and nothing else", () => {
  const file = (path: string, id = "1", mode = "100644") => ({ path, id, mode });
  const before = [file("a"), file("b"), file("c"), file("d")];
  const after = [file("a"), file("b", "2"), file("c", "1", "100755"), file("e")];
  expect(diffFiles(before, after)).toEqual(["b", "c", "d", "e"]);
  expect(diffFiles(before, before)).toEqual([]);
});
