import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeLockOwner, isOwnerGone, parseLockOwner, SILENCE_LIMIT_MS, type LockOwner } from "./lock-owner.ts";

const owners: fc.Arbitrary<LockOwner> = fc.record({
  pid: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  start: fc.option(fc.string(), { nil: undefined }),
  machine: fc.string(),
  token: fc.string({ minLength: 1 }),
});

test("parseLockOwner() gives back what encodeLockOwner() wrote", () => {
  fc.assert(
    fc.property(owners, (owner) => {
      expect(parseLockOwner(encodeLockOwner(owner))).toEqual(owner);
    }),
  );
});

test("parseLockOwner() finds no owner in a lock cut anywhere, and never throws", () => {
  const text = encodeLockOwner({ pid: 12, start: "34", machine: "m", token: "t" }).trimEnd();
  for (let length = 0; length < text.length; length += 1) {
    expect(parseLockOwner(text.slice(0, length))).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (noise) => {
      expect(parseLockOwner(noise)).toBeUndefined();
    }),
  );
});

test.each([
  { pid: 0 },
  { pid: -1 },
  { pid: 1.5 },
  { pid: 2 ** 31 },
  { pid: "1" },
  { token: "" },
  { token: undefined },
  { machine: 3 },
  { start: 3 },
])("parseLockOwner() refuses an owner with %o", (change) => {
  expect(parseLockOwner(JSON.stringify({ pid: 1, start: "1", machine: "m", token: "t", ...change }))).toBeUndefined();
});

test("isOwnerGone() asks the system about its own machine's processes, and the heartbeat about the others", () => {
  const owner: LockOwner = { pid: 12, start: "34", machine: "here", token: "t" };
  const gone = (change: object, running = false, silenceLimitMs = 1000): boolean =>
    isOwnerGone(
      { owner, silentMs: 0, unchangedMs: 0, ...change },
      { machine: "here", isRunning: (pid, start) => running && pid === 12 && start === "34" },
      silenceLimitMs,
    );
  expect(gone({}, true)).toBe(false);
  expect(gone({ silentMs: 1e9 }, true)).toBe(false);
  expect(gone({})).toBe(true);
  expect(gone({ owner: { ...owner, start: "35" } }, true)).toBe(true);
  for (const other of [undefined, { ...owner, machine: "there" }]) {
    expect(gone({ owner: other, silentMs: 999 }, true)).toBe(false);
    expect(gone({ owner: other, silentMs: -1e9 })).toBe(false);
    expect(gone({ owner: other, silentMs: 1000 }, true)).toBe(true);
    expect(gone({ owner: other, silentMs: 1000 }, true, 2000)).toBe(false);
  }
  expect(gone({ unchangedMs: SILENCE_LIMIT_MS - 1 }, true)).toBe(false);
  expect(gone({ unchangedMs: SILENCE_LIMIT_MS }, true)).toBe(true);
});
