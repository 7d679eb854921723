import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  advanceWatch,
  HASTY_RUNS,
  LONGEST_WAIT_MS,
  NEW_WATCH,
  QUIET_MS,
  SUSPICIOUS_RUNS,
  UNSETTLED_RUNS,
  type WatchAction,
  type WatchedChange,
  type WatchInput,
  type WatchState,
} from "./watch-machine.ts";

type Bare = WatchInput extends infer One ? (One extends unknown ? Omit<One, "nowMs"> : never) : never;

const edit = (path: string, more: Partial<WatchedChange> = {}): WatchedChange => ({
  path,
  by: "other",
  makesStale: true,
  ...more,
});

/** A watch with a clock that stands until it is moved. */
function createRig(): {
  readonly send: (input: Bare) => readonly WatchAction[];
  readonly pass: (ms: number) => readonly WatchAction[];
  readonly state: () => WatchState;
} {
  let state = NEW_WATCH;
  let nowMs = 0;
  let wakeMs: number | undefined;
  const send = (input: Bare): readonly WatchAction[] => {
    const step = advanceWatch(state, { ...input, nowMs });
    state = step.state;
    for (const action of step.actions) if (action.type === "wake") wakeMs = action.atMs;
    return step.actions.filter(({ type }) => type !== "wake");
  };
  return {
    send,
    pass(ms) {
      const endMs = nowMs + ms;
      const actions: WatchAction[] = [];
      while (wakeMs !== undefined && wakeMs <= endMs) {
        nowMs = Math.max(nowMs, wakeMs);
        wakeMs = undefined;
        actions.push(...send({ type: "woke" }));
      }
      nowMs = endMs;
      return actions;
    },
    state: () => state,
  };
}

const LOOK = { type: "look" } as const;

function begin(): ReturnType<typeof createRig> {
  const rig = createRig();
  expect(rig.send({ type: "begun" })).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "run", paths: [] }]);
  return rig;
}

function rest(): ReturnType<typeof createRig> {
  const rig = begin();
  expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "rest" }]);
  return rig;
}

test("signs of changes lead to one look, when nothing has stirred for a moment, and its finds to one run", () => {
  const rig = rest();
  for (let count = 0; count < 10; count += 1) {
    expect(rig.send({ type: "stirred" })).toEqual([]);
    expect(rig.pass(QUIET_MS - 1)).toEqual([]);
  }
  expect(rig.pass(1)).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a"), edit("b")] })).toEqual([{ type: "run", paths: ["a", "b"] }]);
});

test("what never stops stirring does not put a look off for ever", () => {
  const rig = rest();
  let looks: readonly WatchAction[] = [];
  let passedMs = 0;
  for (; looks.length === 0; passedMs += QUIET_MS / 2) {
    rig.send({ type: "stirred" });
    looks = rig.pass(QUIET_MS / 2);
  }
  expect(looks).toEqual([LOOK]);
  expect(passedMs).toBe(LONGEST_WAIT_MS);
});

test("a sign without a change starts nothing", () => {
  const rig = rest();
  rig.send({ type: "stirred" });
  expect(rig.pass(QUIET_MS)).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([]);
  expect(rig.pass(3_600_000)).toEqual([]);
});

test("a change that an unfinished step reads cancels the run, and when that is over a new one begins", () => {
  const rig = begin();
  rig.send({ type: "stirred" });
  expect(rig.pass(QUIET_MS)).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a")] })).toEqual([{ type: "cancel", paths: ["a"] }]);
  expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a")] })).toEqual([{ type: "run", paths: ["a"] }]);
});

test("what is asked for is run at once, although nothing has changed; a run that goes on is ended for it", () => {
  const rig = rest();
  expect(rig.send({ type: "asked" })).toEqual([LOOK]);
  // Asked twice before it begins, it is one.
  expect(rig.send({ type: "asked" })).toEqual([]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "run", paths: [] }]);
  expect(rig.send({ type: "asked" })).toEqual([{ type: "cancel", paths: [] }]);
  expect(rig.send({ type: "asked" })).toEqual([]);
  expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "run", paths: [] }]);
  expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
  // The look after a run goes on already.
  expect(rig.send({ type: "asked" })).toEqual([]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "run", paths: [] }]);
  rig.send({ type: "stopped" });
  expect(rig.send({ type: "asked" })).toEqual([]);
});

test("a cancelled run begins anew although the change has been taken back meanwhile", () => {
  const rig = begin();
  rig.send({ type: "stirred" });
  rig.pass(QUIET_MS);
  rig.send({ type: "looked", changes: [edit("a")] });
  rig.send({ type: "run-ended" });
  expect(rig.send({ type: "looked", changes: [] })).toEqual([{ type: "run", paths: [] }]);
});

test("a change that no unfinished step reads lets the run end, and another one follows", () => {
  const rig = begin();
  rig.send({ type: "stirred" });
  rig.pass(QUIET_MS);
  expect(rig.send({ type: "looked", changes: [edit("a", { makesStale: false })] })).toEqual([]);
  expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a")] })).toEqual([{ type: "run", paths: ["a"] }]);
});

test("what steps leave starts nothing after their run, and something when they have rested", () => {
  const rig = begin();
  rig.send({ type: "run-ended" });
  const made = edit("dist/a", { by: "made" });
  expect(rig.send({ type: "looked", changes: [made] })).toEqual([{ type: "rest" }]);
  rig.send({ type: "stirred" });
  rig.pass(QUIET_MS);
  expect(rig.send({ type: "looked", changes: [made] })).toEqual([{ type: "run", paths: ["dist/a"] }]);
});

test("a look that began during the run does not tell what the run left", () => {
  const rig = begin();
  rig.send({ type: "stirred" });
  expect(rig.pass(QUIET_MS)).toEqual([LOOK]);
  expect(rig.send({ type: "run-ended" })).toEqual([]);
  expect(rig.send({ type: "looked", changes: [] })).toEqual([]);
  expect(rig.pass(QUIET_MS)).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a")] })).toEqual([{ type: "run", paths: ["a"] }]);
});

test("where the tree is not there it is looked for again and again", () => {
  const rig = rest();
  rig.send({ type: "stirred" });
  for (let count = 0; count < 5; count += 1) {
    expect(rig.pass(2_000)).toEqual([LOOK]);
    expect(rig.send({ type: "looked", changes: "unready" })).toEqual([]);
  }
  expect(rig.pass(2_000)).toEqual([LOOK]);
  expect(rig.send({ type: "looked", changes: [edit("a")] })).toEqual([{ type: "run", paths: ["a"] }]);
});

test("stopped while it rests it is over; stopped during a run it is over after that", () => {
  expect(rest().send({ type: "stopped" })).toEqual([{ type: "end" }]);
  const rig = begin();
  expect(rig.send({ type: "stopped" })).toEqual([]);
  rig.send({ type: "stirred" });
  expect(rig.pass(60_000)).toEqual([]);
  expect(rig.send({ type: "run-ended" })).toEqual([{ type: "end" }]);
  expect(rig.send({ type: "begun" })).toEqual([]);
});

/** Runs until the watch rests; every run writes the same or another file. Gives how many runs began, and the largest pause before one. */
function runWhileWriting(written: (run: number) => WatchedChange, limit: number): { runs: number; unsettled: boolean } {
  const rig = begin();
  let runs = 1;
  let unsettled = false;
  while (runs < limit) {
    rig.send({ type: "stirred" });
    const during = rig.pass(QUIET_MS).length > 0 ? rig.send({ type: "looked", changes: [written(runs)] }) : [];
    let actions = rig.send({ type: "run-ended" });
    if (actions.length === 0) actions = rig.pass(LONGEST_WAIT_MS);
    expect(actions, JSON.stringify(during)).toEqual([LOOK]);
    actions = rig.send({ type: "looked", changes: [written(runs)] });
    if (actions.length === 0) {
      expect(rig.pass(60_000)).toEqual([LOOK]);
      actions = rig.send({ type: "looked", changes: [written(runs)] });
    }
    unsettled ||= actions.some(({ type }) => type === "unsettled");
    if (actions.some(({ type }) => type === "rest")) return { runs, unsettled };
    runs += 1;
  }
  return { runs, unsettled };
}

test.each([
  ["one file that nobody names", (): WatchedChange => edit("log.txt")],
  ["a file with a number", (run: number): WatchedChange => edit(`log-${run}.txt`)],
  ["one that no unfinished step reads", (): WatchedChange => edit("log.txt", { makesStale: false })],
])("a step that writes %s in every run does not keep itself running", (_, written) => {
  expect(runWhileWriting(written, 50)).toEqual({ runs: UNSETTLED_RUNS + 1, unsettled: true });
});

test("a step that edits what it says and never comes to an end is run a few times more", () => {
  expect(runWhileWriting(() => edit("a", { by: "declared" }), 50)).toEqual({
    runs: UNSETTLED_RUNS - SUSPICIOUS_RUNS + 1,
    unsettled: true,
  });
});

test("runs that follow one another for ever new files come with longer and longer pauses", () => {
  const rig = begin();
  let paused = 0;
  for (let run = 0; run < HASTY_RUNS + 6; run += 1) {
    const changes = [edit("x".repeat(run + 1))];
    expect(rig.send({ type: "run-ended" })).toEqual([LOOK]);
    let actions = rig.send({ type: "looked", changes });
    while (actions.length === 0) {
      paused += 1_000;
      if (rig.pass(1_000).length > 0) actions = rig.send({ type: "looked", changes });
    }
    expect(actions).toEqual([{ type: "run", paths: changes.map(({ path }) => path) }]);
  }
  expect(paused).toBe(2_000 + 4_000 + 8_000 + 16_000 + 32_000 + 60_000);
});

test("property: one look and one run at a time, no change that nobody undoes is lost, and it always ends", () => {
  const happening = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant("edit" as const), path: fc.constantFrom("a", "b", "c", "d") }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 3_000 }) }) },
    { weight: 2, arbitrary: fc.constant({ type: "answer" as const }) },
    { weight: 2, arbitrary: fc.constant({ type: "end-run" as const }) },
    { weight: 1, arbitrary: fc.constant({ type: "ask" as const }) },
    { weight: 1, arbitrary: fc.constant({ type: "unready" as const }) },
  );
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (happenings, stop) => {
      // The world: a version of each file, what the last look saw, and what the last run began with.
      const disk = new Map<string, number>();
      let latest = new Map<string, number>();
      let before = new Map<string, number>();
      let seen: Map<string, number> | undefined;
      let isRunning = false;
      let isOver = false;
      const rig = createRig();
      const follow = (actions: readonly WatchAction[]): void => {
        for (const action of actions) {
          expect(isOver).toBe(false);
          if (action.type === "look") {
            expect(seen).toBeUndefined();
            seen = new Map(disk);
          } else if (action.type === "run") {
            expect(isRunning).toBe(false);
            isRunning = true;
            before = latest;
          } else if (action.type === "rest") {
            before = latest;
          } else if (action.type === "cancel") {
            expect(isRunning).toBe(true);
          } else if (action.type === "end") {
            expect(isRunning).toBe(false);
            isOver = true;
          }
        }
      };
      const answer = (): void => {
        if (seen === undefined) return;
        latest = seen;
        seen = undefined;
        const changed = ["a", "b", "c", "d"].filter((path) => latest.get(path) !== before.get(path));
        follow(rig.send({ type: "looked", changes: changed.map((path) => edit(path)) }));
      };
      const endRun = (): void => {
        if (!isRunning) return;
        isRunning = false;
        follow(rig.send({ type: "run-ended" }));
      };
      follow(rig.send({ type: "begun" }));
      for (const one of happenings) {
        if (one.type === "edit") {
          disk.set(one.path, (disk.get(one.path) ?? 0) + 1);
          follow(rig.send({ type: "stirred" }));
        } else if (one.type === "pass") follow(rig.pass(one.ms));
        else if (one.type === "answer") answer();
        else if (one.type === "end-run") endRun();
        else if (one.type === "ask") follow(rig.send({ type: "asked" }));
        else if (seen !== undefined) {
          seen = undefined;
          follow(rig.send({ type: "looked", changes: "unready" }));
        }
      }
      if (stop) {
        follow(rig.send({ type: "stopped" }));
        endRun();
        expect(isOver).toBe(true);
        return;
      }
      for (let round = 0; round < 20 + happenings.length; round += 1) {
        answer();
        endRun();
        follow(rig.pass(60_000));
      }
      expect(rig.state().phase).toBe("idle");
      expect(isRunning).toBe(false);
      // The last look has seen all, and it is what the next one is compared with.
      expect(before).toEqual(disk);
    }),
    { numRuns: 2_000 },
  );
});
