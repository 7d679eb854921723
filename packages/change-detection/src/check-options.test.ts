import { describe, expect, test } from "vitest";
import type { DetectOptions } from "./change.ts";
import { checkOptions } from "./check-options.ts";

const check = (options: object): void =>
  checkOptions("detect changes", { directory: ".", ...options } satisfies DetectOptions);

describe("checkOptions()", () => {
  test("accepts what can be meant", () => {
    check({});
    check({ base: "main", head: "HEAD", mode: "exact", engine: "isomorphic", timeoutMs: 1 });
    check({ exclude: [".workflow/", "./build", "..data", "a//"] });
  });

  test.each(["", ".", "./", "/", "/tmp", "..", "../other", "a\0b", 7])(
    "refuses to exclude %j, which leaves nothing out",
    (path) => {
      expect(() => check({ exclude: ["dist/", path] })).toThrow(TypeError);
    },
  );

  test("says what is wrong and what was given", () => {
    expect(() => check({ exclude: "dist/" })).toThrow(
      'Cannot detect changes: `exclude` must be a list of paths below the directory, got "dist/"',
    );
    expect(() => check({ engine: "git" })).toThrow(
      'Cannot detect changes: `engine` must be "auto", "native" or "isomorphic", got "git"',
    );
    expect(() => check({ timeoutMs: "5" })).toThrow('a positive number up to 2147483647, got "5"');
  });
});
