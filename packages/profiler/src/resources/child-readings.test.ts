import { describe, expect, test } from "vitest";
import { createChildReadings } from "./child-readings.ts";
import type { ProcFiles } from "./proc-files.ts";
import type { Storage } from "./process-sample.ts";

const self = {
  pid: 1,
  parentPid: 0,
  groupId: 1,
  sessionId: 1,
  startedAt: 1,
  ownCpuMs: 9_999,
  childrenCpuMs: 0,
  memoryBytes: 1,
};

/** Files of a machine on which the children of this process took so much. */
function machine() {
  const state: { cpuMs: number | undefined; storage: Storage | "forbidden" } = {
    cpuMs: 0,
    storage: { readBytes: 0, writeBytes: 0 },
  };
  const files: ProcFiles = {
    list: () => [],
    stat: () => (state.cpuMs === undefined ? undefined : { ...self, childrenCpuMs: state.cpuMs }),
    storage: () => state.storage,
    highWater: () => undefined,
    variables: () => [],
  };
  return { state, read: createChildReadings(files) };
}

describe("createChildReadings()", () => {
  test("tells what ended since the reading before, and nothing at the first one", () => {
    const { state, read } = machine();
    state.cpuMs = 700;
    expect(read()).toBeUndefined();
    state.cpuMs = 900;
    expect(read()?.cpuMs).toBe(200);
    expect(read()?.cpuMs).toBe(0);
  });

  test("a counter that goes back tells nothing less than nothing", () => {
    const { state, read } = machine();
    state.cpuMs = 700;
    read();
    state.cpuMs = 100;
    state.storage = { readBytes: -5e15, writeBytes: -5e15 };
    expect(read()).toEqual({ cpuMs: 0, storage: { readBytes: 0, writeBytes: 0 } });
  });

  test("after a reading that failed there is none to compare with", () => {
    const { state, read } = machine();
    read();
    state.cpuMs = undefined;
    expect(read()).toBeUndefined();
    state.cpuMs = 400;
    expect(read()).toBeUndefined();
    state.cpuMs = 450;
    expect(read()?.cpuMs).toBe(50);
  });

  test("where storage may not be seen, CPU time is told all the same", () => {
    const { state, read } = machine();
    state.storage = "forbidden";
    read();
    state.cpuMs = 30;
    expect(read()).toEqual({ cpuMs: 30, storage: undefined });
  });
});
