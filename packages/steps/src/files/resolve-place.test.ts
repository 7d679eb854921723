import { expect, test } from "vitest";
import { createPlaceResolver } from "./resolve-place.ts";

const files = [
  "src/a.ts",
  "pkg/a/x_test.go",
  "pkg/b/x_test.go",
  "src/main/java/org/app/A.java",
  "web/src/b.ts",
  "b c.ts",
];
const { resolve } = createPlaceResolver(files, { root: "/work/repo" });

test.each([
  ["src/a.ts", undefined, "src/a.ts"],
  ["./src/a.ts", undefined, "src/a.ts"],
  ["/work/repo/src/a.ts", undefined, "src/a.ts"],
  ["file:///work/repo/b%20c.ts", undefined, "b c.ts"],
  ["A.java", undefined, "src/main/java/org/app/A.java"],
  ["x_test.go", undefined, undefined],
  ["x_test.go", "example.com/m/pkg/b", "pkg/b/x_test.go"],
  ["/elsewhere/src/a.ts", undefined, undefined],
  ["/work/repo/node_modules/x/src/a.ts", undefined, undefined],
  ["../repo/src/a.ts", undefined, undefined],
  ["node:internal/a.ts", undefined, undefined],
])("createPlaceResolver() takes %j (%j) for %j", (named, hint, file) => expect(resolve(named, hint)).toBe(file));

test("createPlaceResolver() begins in the folder of the command", () => {
  expect(createPlaceResolver(files, { root: "/work/repo", directory: "web" }).resolve("src/b.ts")).toBe("web/src/b.ts");
});
