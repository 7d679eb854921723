import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePs } from "./parse-ps.ts";

describe("parsePs()", () => {
  test("reads the times of Linux and of macOS", () => {
    const text =
      "    1     0     1 00:00:02  1024\n  501     1   500   1:02.50    20\n    7   501   500 2-03:04:05 0\n";
    expect(
      parsePs(text).map(({ pid, parentPid, groupId, ownCpuMs, memoryBytes }) => [
        pid,
        parentPid,
        groupId,
        ownCpuMs,
        memoryBytes,
      ]),
    ).toEqual([
      [1, 0, 1, 2_000, 1_048_576],
      [501, 1, 500, 62_500, 20_480],
      [7, 501, 500, 183_845_000, 0],
    ]);
  });

  test("lines that are no processes are passed over", () => {
    expect(parsePs("ps: warning\n\n 1 0 1 - 5\n 2 1 2 0:01 x\n 3 1 3 0:01 5\n").map(({ pid }) => pid)).toEqual([3]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { ownCpuMs, memoryBytes } of parsePs(text)) {
          expect(ownCpuMs).toBeGreaterThanOrEqual(0);
          expect(memoryBytes).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
