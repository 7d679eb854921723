import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlaceResolver } from "../files/resolve-place.ts";
import { parseDiagnostics } from "./parse-diagnostics.ts";

const FILES = ["src/a.ts", "a b.c", "src/lib.rs", "pkg/a.go", "src/main/java/A.java", "A.kt", "Program.cs"];
const parse = (output: string): readonly string[] =>
  parseDiagnostics(output.split("\n"), createPlaceResolver(FILES, { root: "/repo" })).map(
    ({ severity, file, line, column, code, message }) =>
      `${severity} ${file}:${line}:${column ?? ""} ${code ?? ""} ${message}`,
  );

test.each([
  ["tsc", "src/a.ts(5,3): error TS2322: Type 'a' is not b.", "error src/a.ts:5:3 TS2322 Type 'a' is not b."],
  ["tsc --pretty", "src/a.ts:5:3 - error TS2322: No.", "error src/a.ts:5:3 TS2322 No."],
  [
    "gcc",
    "a b.c:7:12: fatal error: x.h: No such file or directory",
    "error a b.c:7:12  x.h: No such file or directory",
  ],
  [
    "clang",
    "/repo/a b.c:7:12: warning: unused variable 'x' [-Wunused-variable]",
    "warning a b.c:7:12 -Wunused-variable unused variable 'x'",
  ],
  ["javac", "src/main/java/A.java:3: error: ';' expected", "error src/main/java/A.java:3:  ';' expected"],
  [
    "Maven",
    "[ERROR] /repo/src/main/java/A.java:[3,9] cannot find symbol",
    "error src/main/java/A.java:3:9  cannot find symbol",
  ],
  ["kotlinc", "e: file:///repo/A.kt:3:9 Unresolved reference: x", "error A.kt:3:9  Unresolved reference: x"],
  ["go", "# example.com/m/pkg\npkg/a.go:5:2: undefined: x", "error pkg/a.go:5:2  undefined: x"],
  ["rustc", "error[E0308]: mismatched types\n --> src/lib.rs:7:9\n  |", "error src/lib.rs:7:9 E0308 mismatched types"],
  [
    "msbuild",
    "/repo/Program.cs(5,9): error CS0103: The name 'x' is unknown [/repo/App.csproj]",
    "error Program.cs:5:9 CS0103 The name 'x' is unknown",
  ],
  ["esbuild", '✘ [ERROR] Could not resolve "x"\n\n    src/a.ts:5:3:', 'error src/a.ts:5:3  Could not resolve "x"'],
])("parseDiagnostics() reads %s", (_, output, diagnostic) => expect(parse(output)).toEqual([diagnostic]));

test("parseDiagnostics() tells once what is told twice, and nothing of files of others", () => {
  expect(parse("src/a.ts(5,3): error TS1: a\nsrc/a.ts(5,3): error TS1: a")).toHaveLength(1);
  expect(
    parse(
      "/usr/include/a.h:1:1: error: no\nnode_modules/x/a.ts(1,1): error TS1: a\nerror: could not compile `a`\n10:30:05: error: late",
    ),
  ).toEqual([]);
});

test("parseDiagnostics() takes any output", () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom("src/a.ts", "(5,3): ", ":5:3: ", "error", " TS1: ", "error: x\n", " --> ", "\n"),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      for (const { file, line } of parseDiagnostics(
        parts.join("").split("\n"),
        createPlaceResolver(FILES, { root: "/repo" }),
      )) {
        expect(FILES).toContain(file);
        expect(Number.isNaN(line)).toBe(false);
      }
    }),
  );
});
