import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOwnerIndex, nearestOwners } from "./owner-index.ts";

const segment = fc.constantFrom("a", "a-x", "b", "__proto__", "constructor", " ", "\n", "é");
const folder = fc.array(segment, { maxLength: 4 }).map((segments) => segments.join("/"));
const owner = fc.record({ directory: folder, kind: fc.constantFrom("js", "go") });

describe("createOwnerIndex()", () => {
  test("finds the same owners as comparing every folder segment by segment", () => {
    fc.assert(
      fc.property(fc.array(owner, { maxLength: 12 }), folder, (owners, path) => {
        const segments = path.split("/");
        const isAbove = (directory: string): boolean =>
          directory === "" || directory.split("/").every((one, at) => one === segments[at]);
        const index = createOwnerIndex(owners);
        const above = owners.filter(({ directory }) => isAbove(directory));
        expect(new Set(index.above(path))).toEqual(new Set(above));
        expect(index.above(path).map(({ directory }) => directory.length)).toEqual(
          index
            .above(path)
            .map(({ directory }) => directory.length)
            .sort((a, b) => a - b),
        );
        const below = owners.filter(
          ({ directory }) => directory !== path && (path === "" ? directory !== "" : directory.startsWith(`${path}/`)),
        );
        expect(new Set(index.below(path))).toEqual(new Set(below));
      }),
      { numRuns: 1000 },
    );
  });

  test("maps 100,000 paths over 2,000 folders by looking at the segments of each path only", () => {
    let looks = 0;
    const owners = Array.from({ length: 2000 }, (_, at) => ({
      get directory() {
        looks += 1;
        return `group-${at % 20}/unit-${at}`;
      },
      kind: "js",
    }));
    const index = createOwnerIndex(owners);
    looks = 0;
    let found = 0;
    for (let at = 0; at < 100_000; at += 1)
      found += index.above(`group-${at % 20}/unit-${at % 2000}/src/${at}.ts`).length;
    expect(found).toBe(100_000);
    expect(looks).toBe(0);
  });
});

describe("nearestOwners()", () => {
  test("takes the nearest of each kind, and the root only where nobody else owns the path", () => {
    const owners = [
      { directory: "", kind: "js" },
      { directory: "", kind: "cargo" },
      { directory: "packages/a", kind: "js" },
      { directory: "packages/a/native", kind: "cargo" },
      { directory: "packages/a/native/inner", kind: "cargo" },
    ];
    const index = createOwnerIndex(owners);
    const names = (path: string): string[] =>
      nearestOwners(index.above(path)).map(({ kind, directory }) => `${kind}:${directory}`);
    expect(names("README.md")).toEqual(["js:", "cargo:"]);
    expect(names("packages/b/x")).toEqual(["js:", "cargo:"]);
    expect(names("packages/a-x/y")).toEqual(["js:", "cargo:"]);
    expect(names("packages/a/x")).toEqual(["js:packages/a"]);
    expect(names("packages/a/native/src/lib.rs")).toEqual(["js:packages/a", "cargo:packages/a/native"]);
    expect(names("packages/a/native/inner/x")).toEqual(["js:packages/a", "cargo:packages/a/native/inner"]);
  });
});
