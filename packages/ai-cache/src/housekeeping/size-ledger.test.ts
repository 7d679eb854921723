import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { createSizeLedger, parseSizeFile, SIZE_FILE } from "./size-ledger.ts";

test("createSizeLedger() never lets several writers pass the budget, and wastes at most a 256th a writer", () => {
  const writes = fc.array(fc.record({ writer: fc.nat(7), bytes: fc.integer({ min: 1, max: 2000 }) }), { minLength: 1 });
  fc.assert(
    fc.property(writes, fc.integer({ min: 256, max: 40_000 }), (steps, maxBytes) => {
      const directory = temporaryDirectory();
      const ledgers = Array.from({ length: 8 }, () => createSizeLedger(directory, maxBytes));
      ledgers[0]?.restart(0, 0);
      let writtenBytes = 0;
      for (const { writer, bytes } of steps) {
        if (ledgers[writer]?.reserve(bytes) === "room") {
          writtenBytes += bytes;
          expect(writtenBytes).toBeLessThanOrEqual(maxBytes);
        } else {
          expect(writtenBytes + bytes).toBeGreaterThan(maxBytes - (8 * maxBytes) / 256);
          return;
        }
      }
    }),
  );
});

test("createSizeLedger() asks for a count when nobody has counted, and not again after it", () => {
  const directory = temporaryDirectory();
  const ledger = createSizeLedger(directory, 1000);
  expect(ledger.reserve(10)).toBe("count");
  ledger.restart(500, ledger.mark());
  expect(ledger.reserve(10)).toBe("room");
  expect(createSizeLedger(directory, 1000).reserve(490)).toBe("room");
  expect(createSizeLedger(directory, 1000).reserve(10)).toBe("count");
});

test("createSizeLedger() keeps what others reserve while it counts", () => {
  const directory = temporaryDirectory();
  const [counter, other] = [createSizeLedger(directory, 1000), createSizeLedger(directory, 1000)];
  counter.restart(0, 0);
  other.reserve(300);
  const mark = counter.mark();
  other.reserve(400);
  counter.restart(600, mark);
  expect(parseSizeFile(readFileSync(join(directory, SIZE_FILE), "utf8"))).toBe(1000);
  expect(counter.isFull()).toBe(false);
  other.reserve(4);
  expect(counter.isFull()).toBe(true);
});

test("createSizeLedger() has room where there is no directory yet", () => {
  expect(createSizeLedger(join(temporaryDirectory(), "none"), 1000).reserve(10)).toBe("room");
});

test.skipIf(process.platform === "win32").each<[string, (file: string) => void]>([
  ["a folder", (file) => mkdirSync(join(file, "inner"), { recursive: true })],
  ["a pipe", (file) => execFileSync("mkfifo", [file])],
  ["a link to itself", (file) => symlinkSync(file, file)],
  ["something else", (file) => writeFileSync(file, "\0\u001b[31m")],
  ["a negative size", (file) => writeFileSync(file, "counted 5\n-100000\n")],
  ["an endless size", (file) => writeFileSync(file, `counted 5\n${"9".repeat(16)}\n`)],
])("createSizeLedger() asks for a count where its file is %s, and heals it", (_, prepare) => {
  const directory = temporaryDirectory();
  prepare(join(directory, SIZE_FILE));
  const ledger = createSizeLedger(directory, 1000);
  expect(ledger.reserve(10)).toBe("count");
  ledger.restart(100, ledger.mark());
  expect(ledger.reserve(10)).toBe("room");
  expect(parseSizeFile(readFileSync(join(directory, SIZE_FILE), "utf8"))).toBe(110);
});

test("createSizeLedger() goes on when its file vanishes", () => {
  const directory = temporaryDirectory();
  const ledger = createSizeLedger(directory, 1000);
  ledger.restart(0, 0);
  rmSync(join(directory, SIZE_FILE));
  expect(ledger.reserve(10)).toBe("count");
});

test("parseSizeFile() adds up the lines", () => {
  expect(parseSizeFile("counted 5\n")).toBe(5);
  expect(parseSizeFile("counted 5\n10\n20\n")).toBe(35);
  for (const text of ["", "\n", "5\n", "counted \n", "counted 5", "counted 5\nx\n"]) {
    expect(parseSizeFile(text)).toBeUndefined();
  }
  const file = join(temporaryDirectory(), "size");
  for (const line of ["counted 1\n", "2\n", "3\n"]) appendFileSync(file, line);
  expect(parseSizeFile(readFileSync(file, "utf8"))).toBe(6);
});
