import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { limitLog } from "./limit-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "limit-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => path.join(folder, "a.log");
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index).padStart(10, "0")}\n`).join("");
const SMALL = { maxBytes: 8_192, keptBytes: 1_024 };

describe("limitLog()", () => {
  test("leaves a log alone that is no longer than it may be", () => {
    const log = limitLog(file(), SMALL);
    const text = "x".repeat(SMALL.maxBytes);
    appendFileSync(file(), text);
    log.look();
    log.close();
    expect(readFileSync(file(), "utf8")).toBe(text);
  });

  test("of a longer one whole lines of the beginning and of the end stay, and it counts what is missing", () => {
    const log = limitLog(file(), SMALL);
    const all = lines(0, 10_000);
    appendFileSync(file(), all);
    log.close();
    const text = readFileSync(file(), "utf8");
    const [, head = "", count = "", tail = ""] =
      /^(.*\n)\n\[(\d+) bytes are left out here: [^\]]*\]\n(.*)$/s.exec(text) ?? [];
    expect(all.startsWith(head)).toBe(true);
    expect(all.endsWith(tail)).toBe(true);
    expect(tail).toMatch(/^line /);
    expect(head.length + tail.length + Number(count)).toBe(all.length);
    for (const part of [head, tail]) expect(part.length).toBeGreaterThan(SMALL.keptBytes - 17);
  });

  test("what an earlier attempt printed stays as it is", () => {
    appendFileSync(file(), lines(0, 3_000));
    const log = limitLog(file(), SMALL);
    appendFileSync(file(), lines(5_000, 9_000));
    log.close();
    const text = readFileSync(file(), "utf8");
    expect(text.startsWith(lines(0, 3_000) + lines(5_000, 5_010))).toBe(true);
    expect(text.endsWith(lines(8_990, 9_000))).toBe(true);
    expect(text.length).toBeLessThan(lines(0, 3_000).length + 3 * SMALL.keptBytes);
  });

  test("is never much longer, and says at least how much is missing, however it grows", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(sizes, (printedSizes) => {
        rmSync(file(), { force: true });
        const log = limitLog(file(), SMALL);
        let printed = 0;
        for (const size of printedSizes) {
          // Digits that tell where they stand.
          const digits = Array.from({ length: size }, (_, index) => String((printed + index) % 10));
          appendFileSync(file(), digits.join(""));
          printed += size;
          log.look();
          expect(statSync(file()).size).toBeLessThanOrEqual(SMALL.maxBytes);
        }
        log.close();
        const text = printed === 0 ? "" : readFileSync(file(), "utf8");
        const missing = Number(/(\d+) bytes are left out/.exec(text)?.[1] ?? 0);
        const digits = text.replaceAll(/\n\[[^\]]*\]\n/g, "");
        expect(digits.length + missing).toBeLessThanOrEqual(printed);
        expect(digits.length + missing).toBeGreaterThanOrEqual(printed - 128 * printedSizes.length);
        expect(digits.at(-1)).toBe(printed === 0 ? undefined : String((printed - 1) % 10));
      }),
    );
  });

  test("a program that prints without end fills no more than the limit while it runs, and its last words are there", async () => {
    const limits = { maxBytes: 2 ** 20, keptBytes: 64 * 1_024 };
    const log = limitLog(file(), limits);
    const output = openSync(file(), "a");
    const child = spawn(
      "sh",
      ["-c", "trap 'echo the last words; exit 3' TERM; while :; do echo printed for ever; done"],
      {
        stdio: ["ignore", output, output],
      },
    );
    closeSync(output);
    const sizes: number[] = [];
    for (let cuts = 0; cuts < 3;) {
      await new Promise((resolve) => setImmediate(resolve));
      const before = statSync(file()).size;
      if (before <= limits.maxBytes) continue;
      log.look();
      sizes.push(statSync(file()).size);
      cuts += 1;
    }
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([3, null]);
    log.close();
    expect(Math.max(...sizes)).toBeLessThan(limits.maxBytes);
    const text = readFileSync(file(), "utf8");
    expect(text).toMatch(/\n\[at least \d+ bytes are left out here/);
    expect(text).toContain("[printed while this log was shortened: lines may be missing here]");
    expect(text.slice(-16)).toBe("\nthe last words\n");
    expect(text).not.toContain("\0");
  });

  test("the place of a log that was removed is given back", () => {
    const log = limitLog(file(), SMALL);
    appendFileSync(file(), "");
    const writer = openSync(file(), "a+");
    try {
      log.look();
      rmSync(file());
      appendFileSync(writer, "x".repeat(SMALL.maxBytes + 1));
      log.look();
      expect(readFileSync(writer, "utf8")).toBe("");
    } finally {
      closeSync(writer);
      log.close();
    }
  });

  test("without a log there is nothing to do", () => {
    const log = limitLog(path.join(folder, "nowhere", "a.log"), SMALL);
    log.look();
    expect(() => log.close()).not.toThrow();
  });

  test.each([{ keptBytes: 0 }, { maxBytes: Number.NaN }, { maxBytes: 1_000, keptBytes: 1_000 }, { keptBytes: 1.5 }])(
    "refuses %j",
    (limits) => {
      expect(() => limitLog(file(), limits)).toThrow(RangeError);
    },
  );
});
