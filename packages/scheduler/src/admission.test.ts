import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Admission, RESERVE_AFTER, RESERVE_AFTER_ADDED } from "./admission.ts";
import { Ranking } from "./ranking.ts";
import type { Task } from "./task.ts";
import { WaitLog } from "./waits.ts";

function admissionOf(tasks: readonly Task[], cpu: number, maxParallel = Infinity, waits?: WaitLog): Admission {
  const ranking = new Ranking();
  for (const [i] of tasks.entries()) ranking.push(i, 0);
  const admission = new Admission({ maxParallel, capacity: new Map([["cpu", cpu]]) }, ranking, waits);
  for (const task of tasks) admission.register(task);
  return admission;
}

function startAll(admission: Admission): number[] {
  const started: number[] = [];
  for (let task = admission.next(0); task >= 0; task = admission.next(0)) started.push(task);
  return started;
}

describe("Admission", () => {
  test("a large task that is overtaken again and again by an endless stream gets its turn", () => {
    const big = 0;
    const large: Task = { id: "big", demand: { cpu: 2 } };
    const tasks = [large];
    const ranking = new Ranking();
    ranking.push(0, 0);
    const admission = new Admission({ maxParallel: Infinity, capacity: new Map([["cpu", 2]]) }, ranking);
    admission.register(large);
    const addSmall = (): void => {
      ranking.push(tasks.length, 0);
      const task: Task = { id: `s${tasks.length}`, demand: { cpu: 1 } };
      admission.register(task);
      admission.enqueue(tasks.push(task) - 1, 0);
    };
    addSmall();
    addSmall();
    const running = startAll(admission);
    admission.enqueue(big, 0);
    // One small task always overlaps the next, so that two cpus are never free at once unless they are reserved.
    let starts = 0;
    while (!running.includes(big)) {
      addSmall();
      admission.release(running.shift() as number, 0);
      const started = startAll(admission);
      running.push(...started);
      starts += started.length;
      expect(starts).toBeLessThanOrEqual(RESERVE_AFTER + 2);
    }
    expect(starts).toBeGreaterThan(RESERVE_AFTER / 2);
    expect(running).toEqual([big]);
  });

  test("in any sequence of events limits hold, nobody is lost, and who fits with everything free is started", () => {
    const task = fc.record({
      demand: fc.record({ cpu: fc.integer({ min: 0, max: 3 }) }),
      group: fc.constantFrom(undefined, "a", "b"),
    });
    const steps = fc.array(fc.record({ kind: fc.constantFrom("enqueue", "release", "withdraw"), pick: fc.nat() }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(
        fc.array(task, { minLength: 1, maxLength: 12 }),
        steps,
        fc.integer({ min: 1, max: 4 }),
        (made, script, slots) => {
          const tasks = made.map((fields, i): Task => ({ id: `t${i}`, ...fields }));
          const admission = admissionOf(tasks, 3, slots);
          const fresh = new Set(tasks.keys());
          const waiting = new Set<number>();
          const running = new Set<number>();
          const pick = (from: Set<number>, at: number): number | undefined => [...from][at % from.size];
          const settle = (): void => {
            for (const started of startAll(admission)) {
              expect(waiting.delete(started)).toBe(true);
              running.add(started);
            }
            const groups = [...running].map((i) => tasks[i]?.group).filter((group) => group !== undefined);
            expect(new Set(groups).size).toBe(groups.length);
            expect([...running].reduce((sum, i) => sum + (tasks[i]?.demand?.["cpu"] ?? 0), 0)).toBeLessThanOrEqual(3);
            expect(running.size).toBeLessThanOrEqual(slots);
            expect(new Set([...running].map((i) => admission.slotOf(i))).size).toBe(running.size);
          };
          for (const { kind, pick: at } of script) {
            const chosen = pick(kind === "enqueue" ? fresh : kind === "release" ? running : waiting, at);
            if (chosen === undefined) continue;
            if (kind === "enqueue") {
              fresh.delete(chosen);
              waiting.add(chosen);
              admission.enqueue(chosen, 0);
            } else if (kind === "release") {
              running.delete(chosen);
              admission.release(chosen, 0);
            } else {
              waiting.delete(chosen);
              admission.withdraw(chosen, 0);
            }
            settle();
          }
          while (running.size > 0) {
            const first = pick(running, 0) as number;
            running.delete(first);
            admission.release(first, 0);
            settle();
          }
          expect([...waiting]).toEqual([]);
          expect(admission.running).toBe(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("with tasks that are added all the time limits hold, nobody is lost, and few that came later go first", () => {
    const kind = fc.record({
      cpu: fc.integer({ min: 0, max: 3 }),
      group: fc.constantFrom(undefined, undefined, "a", "b"),
      pick: fc.nat(),
    });
    const lasts = 16;
    fc.assert(
      fc.property(fc.array(kind, { minLength: 150, maxLength: 400 }), fc.integer({ min: 1, max: 4 }), (made, slots) => {
        const tasks: Task[] = [];
        const ranking = new Ranking();
        const admission = new Admission({ maxParallel: slots, capacity: new Map([["cpu", 3]]) }, ranking);
        admission.watchStarvation();
        const running = new Set<number>();
        const waiting = new Map<number, number>();
        let worst = 0;
        let starts = 0;
        const startedAt: number[] = [];
        const settle = (): void => {
          for (const started of startAll(admission)) {
            running.add(started);
            startedAt[started] = starts++;
            waiting.delete(started);
            // Of those that wait longest none is overtaken too often by what did not exist yet.
            const [oldest] = waiting.keys();
            if (oldest !== undefined && started > oldest) {
              waiting.set(oldest, (waiting.get(oldest) as number) + 1);
              worst = Math.max(worst, waiting.get(oldest) as number);
            }
          }
          const groups = [...running].map((i) => tasks[i]?.group).filter((group) => group !== undefined);
          expect(new Set(groups).size).toBe(groups.length);
          expect([...running].reduce((sum, i) => sum + (tasks[i]?.demand?.["cpu"] ?? 0), 0)).toBeLessThanOrEqual(3);
          expect(running.size).toBeLessThanOrEqual(slots);
          // How long a reservation waits is up to what runs: none runs while more than so many others start.
          const [longest] = running;
          if (longest !== undefined && starts - (startedAt[longest] ?? starts) > lasts) finish(longest);
        };
        const finish = (task: number): void => {
          running.delete(task);
          admission.release(task, 0);
          settle();
        };
        const release = (pick: number): void => {
          const task = [...running][pick % running.size];
          if (task !== undefined) finish(task);
        };
        for (const { cpu, group, pick } of made) {
          const number = tasks.length;
          const task: Task = { id: `t${number}`, demand: { cpu }, group };
          tasks.push(task);
          // What comes later goes first.
          ranking.push(-number, 0);
          admission.register(task);
          waiting.set(number, 0);
          admission.enqueue(number, 0);
          settle();
          // More comes than there is room for.
          if (running.size > 0 && pick % 3 !== 0) release(pick);
        }
        while (running.size > 0) release(0);
        expect([...waiting.keys()]).toEqual([]);
        // Somebody else's reservation, then its own: each waits for what runs, and meanwhile every slot may have been given away once more.
        expect(worst).toBeLessThanOrEqual(RESERVE_AFTER_ADDED + 2 * (lasts + slots));
      }),
      // A failure would take minutes to shrink: each of some hundred tasks can be made simpler in many ways.
      { numRuns: 150, endOnFailure: true },
    );
  });

  test("a reserved task that is withdrawn lets the others go on", () => {
    const small = Array.from({ length: 40 }, (_, i): Task => ({ id: `s${i}`, demand: { cpu: 1 }, group: `g${i % 2}` }));
    const admission = admissionOf([{ id: "big", demand: { cpu: 2 }, group: "g0" }, ...small], 2);
    admission.enqueue(1, 0);
    const running = startAll(admission);
    admission.enqueue(0, 0);
    for (const [i] of small.slice(1).entries()) admission.enqueue(i + 2, 0);
    let done = 0;
    let isWithdrawn = false;
    for (running.push(...startAll(admission)); running.length > 0; running.push(...startAll(admission))) {
      // One cpu is free and nobody may take it: it is reserved.
      if (running.length === 1 && done > 0 && !isWithdrawn) {
        isWithdrawn = true;
        admission.withdraw(0, 0);
        continue;
      }
      expect(running).not.toContain(0);
      admission.release(running.shift() as number, 0);
      done += 1;
    }
    expect(isWithdrawn).toBe(true);
    expect(done).toBe(small.length);
  });

  test("a group does not wait for its first member when that one waits for a resource", () => {
    const tasks: Task[] = [
      { id: "cpus", demand: { cpu: 2 } },
      { id: "holder", group: "port" },
      { id: "first", group: "port", demand: { cpu: 1 } },
      { id: "second", group: "port" },
    ];
    const admission = admissionOf(tasks, 2);
    for (const [i] of tasks.entries()) admission.enqueue(i, 0);
    expect(startAll(admission)).toEqual([0, 1]);
    admission.release(1, 0);
    expect(startAll(admission)).toEqual([3]);
    admission.release(0, 0);
    expect(startAll(admission)).toEqual([]);
    admission.release(3, 0);
    expect(startAll(admission)).toEqual([2]);
  });

  test("logs what a task waited for, one cause after the other", () => {
    const waits = new WaitLog();
    const tasks: Task[] = [
      { id: "holder", demand: { cpu: 2 }, group: "port" },
      { id: "waiter", demand: { cpu: 1 }, group: "port" },
      { id: "other", demand: { cpu: 2 } },
    ];
    const admission = admissionOf(tasks, 2, 2, waits);
    admission.enqueue(0, 0);
    expect(admission.next(0)).toBe(0);
    admission.enqueue(2, 0);
    expect(admission.next(0)).toBe(-1);
    admission.enqueue(1, 3);
    expect(admission.next(3)).toBe(-1);
    admission.withdraw(2, 0);
    admission.release(0, 10);
    expect(admission.next(10)).toBe(1);
    expect(waits.of(0)).toEqual([]);
    expect(waits.of(1)).toEqual([{ cause: "group", on: "port", fromMs: 3, toMs: 10 }]);
  });
});
