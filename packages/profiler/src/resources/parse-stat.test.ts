import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStat } from "./parse-stat.ts";

const units = { tickMs: 10, pageBytes: 4_096 };

/** Fields as proc_pid_stat(5) numbers them, all 52. */
function statText(pid: number, name: string, given: Readonly<Record<number, number>>): string {
  const fields = Array.from({ length: 49 }, (_, index) => given[index + 4] ?? 7);
  return `${pid} (${name}) S ${fields.join(" ")}\n`;
}

describe("parseStat()", () => {
  test("takes ids, times and memory from the fields of the manual, in milliseconds and bytes", () => {
    const given = { 4: 1, 5: 12, 6: 13, 14: 100, 15: 20, 16: 3_000, 17: 400, 22: 987_654, 24: 25 };
    expect(parseStat(statText(42, "node", given), units)).toMatchObject({
      pid: 42,
      parentPid: 1,
      groupId: 12,
      sessionId: 13,
      startedAt: 987_654,
      ownCpuMs: 1_200,
      childrenCpuMs: 34_000,
      ownSystemMs: 200,
      childrenSystemMs: 4_000,
      memoryBytes: 102_400,
    });
  });

  test("whatever a program is called, the rest is read the same", () => {
    const name = fc.oneof(fc.string(), fc.constantFrom(") S 1 2 3", "a) (b", "\n", "((", "))", ") Z "));
    fc.assert(
      fc.property(name, fc.nat(4_000_000), fc.nat(1e9), (called, parent, ticks) => {
        const stat = parseStat(statText(7, called, { 4: parent, 14: ticks, 15: 0 }), units);
        expect(stat).toMatchObject({ pid: 7, parentPid: parent, ownCpuMs: ticks * 10 });
      }),
    );
  });

  test("what is cut or something else is nothing", () => {
    const full = statText(7, "node", {});
    const upToMemory = full.split(" ").slice(0, 23).join(" ");
    expect(parseStat(upToMemory, units)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => parseStat(text, units) === undefined));
  });
});
