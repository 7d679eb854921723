import * as fc from "fast-check";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf, foldersAbove, isWithin, joinPath, nameOf, pathBelow, resolvePath } from "./repository-path.ts";

const path = fc
  .array(fc.constantFrom("a", "b", ".c", " "), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));

describe("resolvePath()", () => {
  test("agrees with the paths of Node inside the tree and gives nothing outside", () => {
    const relative = fc.array(fc.constantFrom("..", ".", "a", ""), { maxLength: 6 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(path, relative, (folder, one) => {
        if (one.startsWith("/")) return;
        const joined = posix.join(folder, one === "" ? "." : one).replace(/\/$/, "");
        const expected = joined.startsWith("..") ? undefined : joined === "." ? "" : joined;
        expect(resolvePath(folder, one)).toBe(expected);
      }),
    );
  });

  test.each(["/etc", "~/x", "C:\\x", "\\x", "a\0b", "../../../x"])("refuses %j", (relative) => {
    expect(resolvePath("a/b", relative)).toBeUndefined();
  });
});

describe("paths of a repository", () => {
  test("fall apart and come together again", () => {
    fc.assert(
      fc.property(path, path, (folder, name) => {
        expect(joinPath(folderOf(folder), nameOf(folder))).toBe(folder);
        expect(pathBelow(joinPath(folder, name), folder)).toBe(name);
        expect(isWithin(joinPath(folder, name), folder)).toBe(true);
        expect(isWithin(`${folder}x/${name}`, folder)).toBe(false);
        expect([...foldersAbove(folder)].at(-1)).toBe("");
      }),
    );
  });
});
