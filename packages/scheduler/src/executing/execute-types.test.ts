import { expect, expectTypeOf, test } from "vitest";
import { createGraph } from "../create-graph.ts";
import { createPlan } from "../create-plan.ts";
import { execute } from "./execute.ts";
import { explain, type TaskExplanation } from "../explaining/explain.ts";
import type { TaskOutcome } from "./outcome.ts";
import type { Task } from "../task.ts";

test("ids written as literals are checked, also where tasks are named later", async () => {
  const graph = createGraph([{ id: "build" }, { id: "test", needs: ["build"] }]);
  const execution = execute(graph, (task) => task.id.length, { plan: createPlan(graph) });
  const { outcomes, tasks } = await execution.result;
  expectTypeOf(graph.tasks).toEqualTypeOf<readonly Task<"build" | "test">[]>();
  expectTypeOf(tasks).toEqualTypeOf<readonly Task<"build" | "test">[]>();
  expectTypeOf(outcomes.get("test")).toEqualTypeOf<TaskOutcome<number, "build" | "test"> | undefined>();
  expectTypeOf(explain(await execution.result).tasks.get("build")).toEqualTypeOf<
    TaskExplanation<"build" | "test"> | undefined
  >();
  // @ts-expect-error -- a need that is misspelt
  expect(() => createGraph([{ id: "build" }, { id: "test", needs: ["biuld"] }])).toThrow("biuld");
  // @ts-expect-error -- no such task
  expect(() => execution.cancel("tset")).toThrow("tset");
  // @ts-expect-error -- no such task
  expect(() => execution.withdraw("tset")).toThrow("tset");
  // @ts-expect-error -- no such task
  expect(() => execution.update("tset", {})).toThrow("tset");
  // @ts-expect-error -- no such field
  expect(execution.update("test", { durationSeconds: 1 })).toBe(false);
});

test("outcomes and events narrow", async () => {
  const graph = createGraph([{ id: "a" }]);
  const execution = execute(graph, async () => ({ lines: 3 }));
  for await (const event of execution) {
    if (event.type === "started") expectTypeOf(event.slot).toEqualTypeOf<number>();
    if (event.type !== "settled") continue;
    expectTypeOf(event.id).toEqualTypeOf<"a">();
    // @ts-expect-error -- not every outcome has a value
    expect(event.outcome.value).toEqual({ lines: 3 });
    if (event.outcome.status === "succeeded") expectTypeOf(event.outcome.value).toEqualTypeOf<{ lines: number }>();
    if (event.outcome.status === "failed") expectTypeOf(event.outcome.error).toEqualTypeOf<unknown>();
    if (event.outcome.status === "cancelled") expectTypeOf(event.outcome.dependency).toEqualTypeOf<"a" | undefined>();
    if (event.outcome.status === "withdrawn") expectTypeOf(event.outcome.startedMs).toEqualTypeOf<undefined>();
  }
  expect((await execution.result).ok).toBe(true);
});

test("with ids that are any text, tasks of any id may be added", async () => {
  const execution = execute(createGraph<string>([{ id: "a" }]), () => 1);
  execution.add({ id: "later", needs: ["a"] });
  expect([...(await execution.result).outcomes.keys()]).toEqual(["a", "later"]);
});
