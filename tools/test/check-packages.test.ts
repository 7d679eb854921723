import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import checkPackages from "../check-packages.mjs";
import type { ModuleStepFinding } from "../module-step.mjs";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function check(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<readonly ModuleStepFinding[]> {
  const directory = mkdtempSync(join(tmpdir(), "packages-"));
  folders.push(directory);
  for (const [path, text] of Object.entries({ "pnpm-workspace.yaml": "packages:\n  - packages/*\n", ...files })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const { findings } = await checkPackages({ step: "packages", directory, files: [], with: options });
  return findings;
}

const manifest = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(
    {
      name: "@x/a",
      version: "1.0.0",
      license: "MIT",
      type: "module",
      repository: { type: "git", url: "git+https://example.org/x.git" },
      files: ["dist"],
      exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
      ...change,
    },
    undefined,
    2,
  );
const dist = {
  "packages/a/dist/index.js": "export const a = 1;\n",
  "packages/a/dist/index.d.ts": "export declare const a: number;\n",
};

describe("checkPackages()", () => {
  test("finds nothing wrong with a sound package and leaves private ones alone", async () => {
    const findings = await check({
      ...dist,
      "packages/a/package.json": manifest(),
      "packages/b/package.json": JSON.stringify({ name: "@x/b", private: true, exports: "./gone.js" }),
    });
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("names the place in package.json of an entry that does not exist", async () => {
    const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/gone.js" } };
    const findings = await check({ ...dist, "packages/a/package.json": manifest({ exports }) });
    const lines = manifest({ exports }).split("\n");
    expect(findings).toContainEqual(
      expect.objectContaining({
        rule: "file-does-not-exist",
        severity: "error",
        file: "packages/a/package.json",
        line: lines.findIndex((line) => line.includes("gone.js")) + 1,
      }),
    );
  });

  test("says that a package is not built instead of calling every file missing", async () => {
    const findings = await check({ "packages/a/package.json": manifest() });
    expect(findings.map(({ rule }) => rule)).toEqual(["not-built"]);
  });
});
