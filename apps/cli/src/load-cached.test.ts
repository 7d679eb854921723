import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createCachedRequire } from "./load-cached.ts";

let folder = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "load-cached-")));
  write("main.js", 'const { twice } = require("./part.js"); exports.four = twice(2); exports.dir = __dirname;');
  write("part.js", "exports.twice = (value) => 2 * value;");
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(path.join(folder, name), content);
}

/** Loads a file as a process of its own would, and gives how many entries were written when it ended. */
function load(name = "./main.js"): { readonly exports: unknown; readonly written: number } {
  const writes: (() => void)[] = [];
  const exports = createCachedRequire(folder, (write) => writes.push(write))(name);
  for (const write of writes) write();
  return { exports, written: writes.length };
}

const FOUR = { exports: { four: 4, dir: "" }, written: 0 };

describe("createCachedRequire()", () => {
  beforeEach(() => {
    FOUR.exports.dir = folder;
  });

  test("loads what Node would load, and keeps each file's code for the next process", () => {
    expect(load()).toEqual({ ...FOUR, written: 2 });
    expect(readdirSync(path.join(folder, ".cache")).sort()).toEqual(["main.bin", "part.bin"]);
    expect(load()).toEqual(FOUR);
  });

  test("listens once to the end of the process, however many files it keeps", () => {
    const names = Array.from({ length: 20 }, (_, number) => `file-${number}.js`);
    for (const name of names) write(name, "exports.here = true;");
    const before = new Set(process.listeners("exit"));
    const requireCached = createCachedRequire(folder);
    for (const name of names) requireCached(`./${name}`);
    const added = process.listeners("exit").filter((listener) => !before.has(listener));
    for (const listener of added) {
      listener.call(process, 0);
      process.off("exit", listener);
    }
    expect(added).toHaveLength(1);
    expect(readdirSync(path.join(folder, ".cache"))).toHaveLength(20);
  });

  test("evaluates a file once, also where two require each other", () => {
    write("one.js", 'exports.begun = true; exports.other = require("./two.js");');
    write("two.js", 'exports.saw = require("./one.js").begun;');
    const requireCached = createCachedRequire(folder, () => undefined);
    expect(requireCached("./one.js")).toEqual({ begun: true, other: { saw: true } });
    expect(requireCached("./one.js")).toBe(requireCached("./one.js"));
  });

  test.each([
    ["a bit that has flipped", (entry: Buffer) => Buffer.from(entry.map((byte, at) => (at === 200 ? byte ^ 1 : byte)))],
    ["an end that is missing", (entry: Buffer) => entry.subarray(0, -1)],
    ["an empty file", () => Buffer.alloc(0)],
  ])("compiles again for %s, and mends the entry", (_, damage) => {
    load();
    const entry = path.join(".cache", "part.bin");
    const whole = readFileSync(path.join(folder, entry));
    write(entry, damage(whole));
    expect(load()).toEqual({ ...FOUR, written: 1 });
    expect(load()).toEqual(FOUR);
  });

  test("works where nothing can be written", () => {
    write(".cache", "a file in the place of the folder");
    expect(load()).toEqual({ ...FOUR, written: 2 });
    expect(load()).toEqual({ ...FOUR, written: 2 });
  });

  test("leaves nothing but entries behind", () => {
    load();
    expect(readdirSync(folder).sort()).toEqual([".cache", "main.js", "part.js"]);
  });

  test("what is no file of the folder is required as Node would", () => {
    write("other.js", 'exports.sep = require("node:path").sep; ');
    load("./other.js");
    const { exports, written } = load("./other.js");
    expect(written).toBe(0);
    expect(exports).toMatchObject({ sep: path.sep });
    expect(() => createCachedRequire(folder)("no-such-package")).toThrow("Cannot find module");
  });

  test("an error names file and line as they are, and a file that failed is tried again", () => {
    write("broken.js", '"use strict";\nthrow new Error("not now");');
    const requireCached = createCachedRequire(folder, () => undefined);
    const messages = [1, 2].map(() => {
      try {
        return requireCached("./broken.js");
      } catch (error) {
        return (error as Error).stack;
      }
    });
    for (const stack of messages) expect(stack).toContain(`${path.join(folder, "broken.js")}:2:7`);
  });
});
