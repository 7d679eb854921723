import { expect, test } from "vitest";
import { addUsage, sumResources } from "./add-usage.ts";

const first = {
  method: "proc",
  cpuMs: 100,
  systemCpuMs: 30,
  peakMemoryBytes: 7,
  readBytes: 1,
  writeBytes: 2,
  peakProcesses: 3,
  samples: 4,
} as const;

test("attempts add up in time and bytes, and the highest peaks stand", () => {
  expect(addUsage(undefined, first)).toBe(first);
  const second = { ...first, cpuMs: 50, peakMemoryBytes: 9, peakProcesses: 1, estimatedCpuMs: 5 };
  expect(addUsage(first, second)).toEqual({
    method: "proc",
    cpuMs: 150,
    systemCpuMs: 60,
    peakMemoryBytes: 9,
    readBytes: 2,
    writeBytes: 4,
    peakProcesses: 3,
    samples: 8,
    estimatedCpuMs: 5,
  });
});

test("a sum of which a part is unknown is unknown, never less than it was", () => {
  expect(addUsage(first, { method: "ps", samples: 0 })).toMatchObject({
    cpuMs: undefined,
    systemCpuMs: undefined,
    readBytes: undefined,
    peakMemoryBytes: 7,
  });
  expect(sumResources([first, { method: "ps", samples: 0 }], 11)).toMatchObject({
    cpuMs: undefined,
    peakMemoryBytes: 11,
  });
});

test("nothing measured is no sum; what was measured comes with what the tool takes itself", () => {
  expect(sumResources([], undefined)).toBeUndefined();
  const total = sumResources([first, first], undefined);
  expect(total).toMatchObject({ cpuMs: 200, writeBytes: 4 });
  expect(total?.toolCpuMs).toBeGreaterThan(0);
  expect(total?.toolPeakMemoryBytes).toBeGreaterThan(2 ** 20);
});
