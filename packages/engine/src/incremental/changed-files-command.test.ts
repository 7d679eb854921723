import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asksForChangedFiles, changedFilesProblem, fillInChangedFiles } from "./changed-files-command.ts";

test.each<[string, string | undefined]>([
  ["lint {changed_files}", undefined],
  ["{changed_files}", undefined],
  ["lint -- {changed_files} | tee log", undefined],
  ["(lint {changed_files})", undefined],
  ["lint {changed_files}>log", undefined],
  ['xargs -0 lint < "$WORKFLOW_CHANGED_FILES"', undefined],
  ["it\\'s {changed_files}", undefined],
  ["'a' \"b\" {changed_files} 'c'", undefined],
  ["lint --files={changed_files}", "`{changed_files}` must be a word of its own"],
  ["lint {changed_files}.bak", "`{changed_files}` must be a word of its own"],
  ["lint '{changed_files}'", "`{changed_files}` must not be quoted: each file becomes a word of its own"],
  ['sh -c "lint {changed_files}"', "`{changed_files}` must not be quoted: each file becomes a word of its own"],
  ["a {changed_files}; b {changed_files}", "`{changed_files}` stands there twice"],
])("of %j it is said: %j", (command, problem) => {
  expect(asksForChangedFiles(command)).toBe(true);
  expect(changedFilesProblem(command)).toBe(problem);
});

test("a command without a place for files runs once", () => {
  expect(fillInChangedFiles("true", ["a", "b"])).toEqual(["true"]);
});

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((text) => !text.includes("\0") && !text.startsWith("/"));

test("every file is given once, in order, as one word of a shell, whatever its name holds", () => {
  const property = fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), (files) => {
    const commands = fillInChangedFiles(String.raw`printf '%s\0' {changed_files}`, files, 60);
    const given = commands
      .map((command) => execFileSync("sh", ["-c", command], { encoding: "utf8" }))
      .join("")
      .split("\0")
      .slice(0, -1);
    expect(given.map((file) => (/^\.\/[-+@]/.test(file) ? file.slice(2) : file))).toEqual(
      files.map((file) => (/^\.\/[-+@]/.test(file) ? file.slice(2) : file)),
    );
  });
  fc.assert(property, { numRuns: 30 });
});

test("batches are as few as the limit allows, and none is longer than one argument of Linux", () => {
  const files = Array.from({ length: 5_000 }, (_, index) => `${"'".repeat(40)}${index}`);
  const commands = fillInChangedFiles("lint -- {changed_files}", files);
  const sizes = commands.map((command) => Buffer.byteLength(command));
  expect(Math.max(...sizes)).toBeLessThan(128 * 1024 - 4_096);
  expect(sizes.slice(0, -1).every((size) => size > 119_000)).toBe(true);
  expect(commands.length).toBeGreaterThan(2);
});
