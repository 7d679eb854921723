import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assignProcesses } from "./assign-processes.ts";
import type { ProcessSample } from "./process-sample.ts";

const process = (pid: number, parentPid: number, groupId = pid, sessionId = groupId): ProcessSample => ({
  pid,
  parentPid,
  groupId,
  sessionId,
  startedAt: pid,
  ownCpuMs: 0,
  childrenCpuMs: 0,
  memoryBytes: 0,
});
const a = { rootPid: 100, marker: "STEP=a" };
const b = { rootPid: undefined, marker: "STEP=b" };
const nobody = (): undefined => undefined;
const assign = (unknown: readonly ProcessSample[], environments: Readonly<Record<number, readonly string[]>> = {}) => {
  const asked: number[] = [];
  const found = assignProcesses(unknown, [a, b], nobody, ({ pid }) => {
    asked.push(pid);
    return environments[pid] ?? [];
  });
  return { owners: Object.fromEntries([...found].map(([pid, { marker }]) => [pid, marker])), asked };
};

describe("assignProcesses()", () => {
  test("descendants belong to the owner of their parent, in whatever order they are listed", () => {
    const found = assign([process(50, 51), process(51, 101), process(101, 100), process(100, 1), process(60, 1)]);
    expect(found.owners).toEqual({ 50: "STEP=a", 51: "STEP=a", 101: "STEP=a", 100: "STEP=a" });
  });

  test("who lost its parent belongs by group, then by session", () => {
    expect(assign([process(7, 1, 100), process(8, 1, 8, 100)]).owners).toEqual({ 7: "STEP=a", 8: "STEP=a" });
  });

  test("who left parent, group and session belongs by its environment, and its children with it", () => {
    const found = assign([process(8, 7), process(7, 1), process(9, 1)], { 7: ["X=1", "STEP=b"], 9: ["STEP=bb"] });
    expect(found.owners).toEqual({ 7: "STEP=b", 8: "STEP=b" });
  });

  test("only those that belong to nobody otherwise are asked for their environment", () => {
    expect(assign([process(100, 1), process(101, 100), process(9, 1)]).asked).toEqual([9]);
  });

  test("a process whose parent is known belongs to its owner", () => {
    const found = assignProcesses(
      [process(8, 7)],
      [b],
      (pid) => (pid === 7 ? b : undefined),
      () => [],
    );
    expect([...found]).toEqual([[8, b]]);
  });

  test("the order in which processes and owners are listed does not matter", () => {
    const ids = fc.integer({ min: 1, max: 12 });
    const listing = fc.uniqueArray(fc.tuple(ids, ids, ids, ids, fc.constantFrom("", "STEP=a", "STEP=b")), {
      selector: ([pid]) => pid,
      maxLength: 12,
    });
    const owners = [
      { rootPid: 1, marker: "STEP=a" },
      { rootPid: 2, marker: "STEP=b" },
      { rootPid: undefined, marker: undefined },
      { rootPid: 3, marker: undefined },
    ];
    const inTwoOrders = listing.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray(given, { minLength: given.length }),
        fc.shuffledSubarray(owners, { minLength: owners.length }),
      ),
    );
    fc.assert(
      fc.property(inTwoOrders, ([given, shuffled, shuffledOwners]) => {
        const markers = new Map(given.map(([pid, , , , marker]) => [pid, [marker]]));
        const found = (list: typeof given, all: typeof owners) => {
          const asked: number[] = [];
          const assigned = assignProcesses(
            // A parent was there before its child.
            list.map(([pid, parent, groupId, sessionId]) => process(pid, parent % pid, groupId, sessionId)),
            all,
            (pid) => (pid === 12 ? owners[0] : undefined),
            ({ pid }) => {
              asked.push(pid);
              return markers.get(pid) ?? [];
            },
          );
          expect(new Set(asked).size).toBe(asked.length);
          return new Map([...assigned].toSorted(([one], [other]) => one - other));
        };
        const first = found(given, owners);
        expect([...found(shuffled, shuffledOwners)]).toEqual([...first]);
      }),
    );
  });

  test("a circle of parents, which only data that lies can have, ends", () => {
    expect(assign([process(7, 8), process(8, 9), process(9, 7), process(5, 5)]).owners).toEqual({});
    expect(assign([process(7, 8), process(8, 7)], { 7: ["STEP=b"], 8: ["STEP=b"] }).owners).toEqual({
      7: "STEP=b",
      8: "STEP=b",
    });
  });
});
