import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatResourceLine, RESOURCE_LOG_HEADER } from "./format-resource-line.ts";

const sample = { label: "build", atMs: 5, cpuPercent: 123.45, memoryBytes: 52_428_800, processes: 3 };

describe("formatResourceLine()", () => {
  test("columns stand under the header", () => {
    const atMs = Date.UTC(2026, 10, 23, 12);
    expect([
      RESOURCE_LOG_HEADER,
      formatResourceLine(sample, atMs),
      formatResourceLine({ ...sample, diskBytesPerSecond: 1_572_864 }, atMs),
    ]).toEqual([
      "TIME                        CPU%   MEM(MB) DISK(MB/s) STEP",
      "2026-11-23T12:00:00.000Z   123.5      50.0          - build",
      "2026-11-23T12:00:00.000Z   123.5      50.0        1.5 build",
    ]);
  });

  test("whatever a step is called, it is the fifth field of one line", () => {
    const label = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constantFrom("a\nb", "a b", "\u001b[2J", "\u2028"),
    );
    fc.assert(
      fc.property(label, (step) => {
        const line = formatResourceLine({ ...sample, label: step }, 0);
        expect(line.split(/\s+/u)).toHaveLength(5);
        expect(line).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
