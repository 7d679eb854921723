import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTestProfile } from "./format-test-profile.ts";

describe("formatTestProfile()", () => {
  test("lists what the runner told, longest first, without what would be shown as 0.0s", () => {
    const phases = [
      { name: "transform", ms: 49 },
      { name: "discovery", ms: 1240 },
      { name: "execution", ms: 2900 },
    ];
    expect(formatTestProfile({ runner: "vitest", phases })).toEqual([
      "  - execution: 2.9s (vitest)",
      "  - discovery: 1.2s (vitest)",
    ]);
    expect(formatTestProfile({ runner: "tap", phases: [] })).toEqual([]);
  });

  test("keeps the form of a line of profile.log for any names", () => {
    const phase = fc.record({
      name: fc.string({ unit: "binary" }),
      ms: fc.double({ min: 50, max: 1e12, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(phase, { maxLength: 4 }), (runner, phases) => {
        const lines = formatTestProfile({ runner, phases });
        expect(lines).toHaveLength(phases.length);
        for (const line of lines) expect(line).toMatch(/^ {2}- .*: \d+\.\ds \(.*\)$/u);
      }),
    );
  });
});
