import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listPublishablePackages, root } from "../../scripts/workspace.mjs";
import { checkErrorCodes, readDocumentedErrors, readErrorCodes, readGivenCodes } from "../error-codes.ts";

describe("readErrorCodes()", () => {
  test("reads the members of code unions, and neither comments nor other strings", () => {
    const text = `/** Like "X_COMMENT". */
export type Code = "X_ONE" | "X_TWO_3";
export class XError extends Error { readonly code: Code = "X_ONE"; override name = "XError"; static hint = "HINT"; }
`;
    expect(readErrorCodes("errors.ts", text)).toEqual(["X_ONE", "X_TWO_3"]);
  });
});

describe("readGivenCodes()", () => {
  test("reads what is thrown or chosen, and neither types nor comparisons", () => {
    const text = `type Code = "X_TYPE" | "X_ONE";
if (error.code === "X_COMPARED") throw new XError("X_ONE", "message");
const chosen = isOther ? "X_TWO" : given;
`;
    expect(readGivenCodes("a.ts", text)).toEqual(["X_ONE", "X_TWO"]);
  });
});

describe("checkErrorCodes()", () => {
  const entry = (code: string): string => `## ${code}\n\nWhat it is.\n\nWhy it is,\nin two lines.\n\nWhat to do.\n`;
  const check = (codes: readonly string[], text: string): string[] =>
    checkErrorCodes(new Map(codes.map((code) => [code, "src/errors.ts"])), readDocumentedErrors(text));

  test("accepts three paragraphs or three list items for each code", () => {
    const list = "## X_TWO\n\n- What: a\n- Why: b\n  and more\n- What to do: c\n";
    const labels = "## X_THREE\n\n**What:** a\n**Why:** b\n**What to do:** c\n";
    expect(check(["X_ONE", "X_TWO", "X_THREE"], `# Errors\n\nWords.\n\n${entry("X_ONE")}\n${list}\n${labels}`)).toEqual(
      [],
    );
  });

  test("names a code without a heading, a heading without a code, a double and one with too little", () => {
    expect(check(["X_ONE"], "# Errors\n")).toEqual(["src/errors.ts has X_ONE, which docs/errors.md does not describe"]);
    expect(check([], entry("X_ONE"))).toEqual(["docs/errors.md:1 describes X_ONE, which no package has"]);
    expect(check(["X_ONE"], entry("X_ONE") + entry("X_ONE"))).toEqual([
      "docs/errors.md:9 describes X_ONE a second time",
    ]);
    expect(check(["X_ONE"], "## X_ONE\n\nOnly this.\n")).toEqual([
      "docs/errors.md:1 has 1 parts for X_ONE; it needs three: what, why, what to do",
    ]);
  });
});

describe("docs/errors.md", () => {
  test("describes every error code of the packages, and only those", () => {
    const codes = new Map<string, string>();
    for (const { path, directory } of listPublishablePackages()) {
      const file = join(directory, "src", "errors.ts");
      if (!existsSync(file)) continue;
      for (const code of readErrorCodes(file, readFileSync(file, "utf8"))) codes.set(code, `${path}/src/errors.ts`);
    }
    // The one error of a package that carries codes and is not in its `errors.ts`.
    const reader = "packages/profiler/src/read-regular-file.ts";
    for (const code of readErrorCodes(reader, readFileSync(join(root, reader), "utf8"))) codes.set(code, reader);
    expect(codes.size).toBeGreaterThan(0);
    const documented = readDocumentedErrors(readFileSync(join(root, "docs", "errors.md"), "utf8"));
    expect(checkErrorCodes(codes, documented)).toEqual([]);
  });

  test("describes no error code that nobody throws", () => {
    const given = new Set<string>();
    for (const { directory } of listPublishablePackages()) {
      for (const name of readdirSync(join(directory, "src"), { recursive: true, encoding: "utf8" })) {
        if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
        const file = join(directory, "src", name);
        for (const code of readGivenCodes(file, readFileSync(file, "utf8"))) given.add(code);
      }
    }
    const documented = readDocumentedErrors(readFileSync(join(root, "docs", "errors.md"), "utf8"));
    expect(documented.filter(({ code }) => !given.has(code)).map(({ code }) => code)).toEqual([]);
  });
});
