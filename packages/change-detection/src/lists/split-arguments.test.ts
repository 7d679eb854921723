import { execFileSync, spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { POSIX_LIMIT_BYTES, splitArguments, WINDOWS_LIMIT_BYTES } from "./split-arguments.ts";
import { toArgument } from "./to-argument.ts";

const path = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
const paths = fc.array(
  fc.oneof(
    path,
    path.map((text) => `-${text}`),
    path.map((text) => `"\\${text}`),
  ),
  { maxLength: 40 },
);

/** What a process costs, worked out from the whole line instead of by adding up. */
function lineBytes(line: readonly string[], platform: NodeJS.Platform): number {
  if (platform !== "win32") return Buffer.byteLength(line.map((one) => `${one}\0`).join(""), "utf8") + 8 * line.length;
  return Buffer.byteLength(line.map((one) => ` "${one.replaceAll(/["\\]/g, "\\$&")}"`).join(""), "utf16le");
}

describe("splitArguments()", () => {
  test("keeps every path in order, no batch over the limit and none that could have been fuller", () => {
    fc.assert(
      fc.property(
        paths,
        fc.array(path, { maxLength: 3 }),
        fc.integer({ min: 1, max: 900 }),
        fc.constantFrom<NodeJS.Platform>("linux", "darwin", "win32"),
        (list, fixed, more, platform) => {
          const least = Math.max(0, ...list.map((one) => lineBytes([...fixed, toArgument(one)], platform)));
          const limitBytes = least + more;
          const batches = splitArguments(list, { fixed, limitBytes, platform });
          expect(batches.flat()).toEqual(list.map(toArgument));
          for (const [index, batch] of batches.entries()) {
            expect(batch.length).toBeGreaterThan(0);
            expect(lineBytes([...fixed, ...batch], platform)).toBeLessThanOrEqual(limitBytes);
            const next = batches[index + 1]?.[0];
            if (next !== undefined) {
              expect(lineBytes([...fixed, ...batch, next], platform)).toBeGreaterThan(limitBytes);
            }
          }
        },
      ),
    );
  });

  test("gives a real process each path as it is", () => {
    const fixed = [process.execPath, "-e", "process.stdout.write(JSON.stringify(process.argv.slice(1)))", "--"];
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 30 }), (list) => {
        const received = splitArguments(list, { fixed, limitBytes: 2048 }).flatMap((batch) => {
          const output = execFileSync(process.execPath, [...fixed.slice(1), ...batch], { encoding: "utf8" });
          return JSON.parse(output) as readonly string[];
        });
        expect(received).toEqual(list.map(toArgument));
      }),
      { numRuns: 10 },
    );
  });

  test("makes a list pass that is too long for one process", () => {
    const list = Array.from({ length: 80_000 }, (_, index) => `${"folder/".repeat(10)}file-${index}.ts`);
    expect(spawnSync("true", list).error).toMatchObject({ code: "E2BIG" });
    const batches = splitArguments(list, { fixed: ["true"] });
    for (const batch of batches) expect(spawnSync("true", batch).status).toBe(0);
    expect(batches.flat()).toEqual(list);
    expect(batches.length).toBeLessThan(80);
  });

  test("makes no batch of no paths, and takes the limit of the platform", () => {
    expect(splitArguments([])).toEqual([]);
    const list = Array.from({ length: 2000 }, () => "x".repeat(91));
    expect(splitArguments(list, { platform: "linux" })[0]).toHaveLength(Math.floor(POSIX_LIMIT_BYTES / 100));
    expect(splitArguments(list, { platform: "win32" })[0]).toHaveLength(Math.floor(WINDOWS_LIMIT_BYTES / 188));
  });

  test("does not take one path apart", () => {
    expect(() => splitArguments("abc")).toThrow(
      new TypeError('Cannot split arguments: `paths` must be a list, got "abc"'),
    );
  });

  test("refuses a limit that cannot be kept", () => {
    expect(() => splitArguments(["abc"], { limitBytes: 11, platform: "linux" })).toThrow(
      new RangeError('Cannot split arguments: `limitBytes` must be at least 12 for "abc", got 11'),
    );
    expect(splitArguments(["abc"], { limitBytes: 12, platform: "linux" })).toEqual([["abc"]]);
    for (const limitBytes of [0, -1, Number.NaN]) expect(() => splitArguments([], { limitBytes })).toThrow(RangeError);
  });
});
