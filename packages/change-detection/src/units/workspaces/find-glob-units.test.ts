import { describe, expect, test } from "vitest";
import { findGlobUnits } from "./find-glob-units.ts";

const folders = (paths: readonly string[], globs: readonly string[], known: readonly string[] = []): string[] =>
  findGlobUnits(paths, globs, new Set(known)).map(({ directory }) => directory);

describe("findGlobUnits()", () => {
  test("makes a unit of each folder that a glob takes and that is none already", () => {
    const paths = ["services/a/x", "services/a/deep/y", "services/b/z", "services/old/z", "services/file", "top"];
    expect(folders(paths, ["services/*", "!services/old"], ["services/b"])).toEqual(["services/a"]);
    expect(folders(paths, ["**"])).toEqual(["services/a", "services", "services/a/deep", "services/b", "services/old"]);
    expect(folders(paths, [])).toEqual([]);
  });

  test.each([[[""]], [["../x"]], [["*(*a)*(*a)b"]], [[3 as unknown as string]]])("refuses %j", (globs) => {
    expect(() => folders(["a/b"], globs)).toThrow(TypeError);
  });
});
