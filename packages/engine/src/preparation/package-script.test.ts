import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashPackageScript, readPackageScript } from "./package-script.ts";

let target: string;
beforeEach(() => {
  target = mkdtempSync(path.join(tmpdir(), "package-script-"));
});
afterEach(() => {
  rmSync(target, { recursive: true, force: true });
});

const put = (content: unknown, folder = ""): void => {
  mkdirSync(path.join(target, folder), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(path.join(target, folder, "package.json"), text);
};

test("a script comes between its pre and its post", () => {
  put({ scripts: { postbuild: "c", build: "b", prebuild: "a", prepostbuild: "never" } }, "web");
  expect(readPackageScript(target, "web", "build")).toEqual({
    lines: [
      { event: "prebuild", text: "a" },
      { event: "build", text: "b" },
      { event: "postbuild", text: "c" },
    ],
    variables: {},
  });
});

test.each<[string, unknown, string]>([
  ["is missing", undefined, "web/package.json does not exist"],
  ["is no JSON", "{", "web/package.json is no valid JSON"],
  ["is a list", [], "web/package.json holds no object"],
  ["has no scripts", {}, 'web/package.json has no script "build"'],
  ["has no such script", { scripts: { biuld: "b" } }, 'web/package.json has no script "build"; did you mean "biuld"?'],
  ["has a script that is no text", { scripts: { build: 1 } }, 'the script "build" of web/package.json is no text'],
])("says what is wrong where the package.json %s", (_, content, problem) => {
  if (content !== undefined) put(content, "web");
  expect(readPackageScript(target, "web", "build")).toEqual({ problem });
});

test("names that every object has are no scripts", () => {
  put({ scripts: {} });
  expect(readPackageScript(target, "", "toString")).toMatchObject({
    problem: expect.stringContaining("has no script"),
  });
});

test("the hash follows the script, its neighbours and the package's variables, and nothing else", () => {
  const hash = (content: object): string => {
    put(content);
    return hashPackageScript(target, "", "build");
  };
  const scripts = { build: "b" };
  const first = hash({ version: "1.0.0", scripts });
  expect(hash({ version: "1.0.0", scripts: { ...scripts, test: "t" }, dependencies: { a: "1" } })).toBe(first);
  const others = [
    { version: "1.0.1", scripts },
    { version: "1.0.0", scripts, config: { port: 1 } },
    { version: "1.0.0", scripts: { build: "c" } },
    { version: "1.0.0", scripts: { ...scripts, prebuild: "a" } },
    { version: "1.0.0", scripts: { ...scripts, postbuild: "a" } },
  ].map(hash);
  expect(new Set([first, ...others]).size).toBe(others.length + 1);
});
