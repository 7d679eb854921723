import type { FileEntry } from "@ai-workflow/change-detection";
import { expect, test } from "vitest";
import { normalise } from "../config/normalise.ts";
import { fingerprintSteps } from "../selection/fingerprint.ts";
import { createRelevance } from "../selection/relevance.ts";
import { createResultKeeper, type PassedStep } from "./keep-results.ts";

const runtime = { platform: "p", arch: "a", nodeVersion: "n" };
const files: readonly FileEntry[] = [{ path: "a.ts", id: "1".repeat(40), mode: "100644" }];
const changed: readonly FileEntry[] = [{ path: "a.ts", id: "2".repeat(40), mode: "100644" }];

interface Rig {
  readonly look: () => Promise<readonly FileEntry[] | undefined>;
  readonly put?: (stepId: string) => void;
  readonly now?: () => number;
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Without a delay of its own nothing is waited for. */
function createRig({ look, put, now, delay = () => Promise.resolve() }: Rig) {
  const { workflow } = normalise({ steps: { a: { run: "a" }, b: { run: "b" }, c: { run: "c" } } }, "name");
  const relevances = new Map(
    [...workflow.steps.values()].map((step) => [step.id, createRelevance(step, workflow, () => "code")]),
  );
  const prints = fingerprintSteps(workflow.steps, {
    relevances,
    files,
    environment: {},
    runtime,
    hashModule: () => "",
    hashScript: () => "",
    describeModel: () => "",
    changed: undefined,
  });
  const stored: string[] = [];
  const notices: string[] = [];
  let looks = 0;
  const keeper = createResultKeeper({
    steps: workflow.steps,
    hashModule: () => "",
    hashScript: () => "",
    describeModel: () => "",
    changed: undefined,
    store: {
      put: ({ stepId }) => {
        put?.(stepId);
        stored.push(stepId);
      },
    },
    captureOutputs: () => ({ captured: false, because: "no step has outputs" }),
    relevances,
    environment: {},
    runtime,
    listFiles: () => {
      looks++;
      return look();
    },
    notice: ({ code }) => notices.push(code),
    now,
    delay,
  });
  const passed = (stepId: string): void => {
    const step = workflow.steps.get(stepId);
    const fingerprint = prints.get(stepId)?.fingerprint;
    if (step === undefined || fingerprint === undefined) throw new Error("unknown step");
    const success: PassedStep["success"] = { stepId, fingerprint, runId: "r", at: "t", durationMs: 1, findings: [] };
    keeper.passed({ step, logFile: "log", success });
  };
  return { keeper, passed, stored, notices, looks: (): number => looks };
}

test("a success whose inputs are unchanged is stored, one whose inputs changed is not and a notice says so", async () => {
  const same = createRig({ look: () => Promise.resolve(files) });
  same.passed("a");
  await same.keeper.settle();
  expect([same.stored, same.notices]).toEqual([["a"], []]);
  const other = createRig({ look: () => Promise.resolve(changed) });
  other.passed("a");
  await other.keeper.settle();
  expect([other.stored, other.notices]).toEqual([[], ["inputs-changed"]]);
});

test("steps that end during a look share the next one, which begins after they ended", async () => {
  const answers: ((list: readonly FileEntry[]) => void)[] = [];
  const rig = createRig({ look: () => new Promise((resolve) => answers.push(resolve)) });
  rig.passed("a");
  while (rig.looks() < 1) await new Promise((resolve) => setImmediate(resolve));
  rig.passed("b");
  rig.passed("c");
  expect(rig.looks()).toBe(1);
  const settled = rig.keeper.settle();
  answers[0]?.(files);
  await Promise.resolve();
  while (rig.looks() < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(rig.stored).toEqual(["a"]);
  answers[1]?.(files);
  await settled;
  expect([rig.stored, rig.looks()]).toEqual([["a", "b", "c"], 2]);
});

test("while steps run, there is a second before each look, or four times what the last one took; at the end it begins at once", async () => {
  let time = 0;
  const delays: number[] = [];
  const ended: (() => void)[] = [];
  const rig = createRig({
    look: async () => {
      time += 500;
      return files;
    },
    now: () => time,
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        delays.push(ms);
        ended.push(() => resolve(undefined));
        signal.addEventListener("abort", () => reject(new Error("called off")));
      }),
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  rig.passed("a");
  await turn();
  expect([rig.looks(), delays]).toEqual([0, [1_000]]);
  time += 1_000;
  ended[0]?.();
  await turn();
  expect(rig.stored).toEqual(["a"]);
  time += 30;
  rig.passed("b");
  await turn();
  expect([rig.looks(), delays]).toEqual([1, [1_000, 1_970]]);
  time += 1_970;
  ended[1]?.();
  await turn();
  expect([rig.looks(), rig.stored]).toEqual([2, ["a", "b"]]);
  rig.passed("c");
  await turn();
  expect(rig.looks()).toBe(2);
  await rig.keeper.settle();
  expect([rig.looks(), rig.stored]).toEqual([3, ["a", "b", "c"]]);
});

test.each<[string, Rig]>([
  [
    "a store that throws",
    {
      look: () => Promise.resolve(files),
      put: () => {
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
    },
  ],
  ["a look that fails", { look: () => Promise.reject(new Error("no git")) }],
])("%s is told once and stops nothing", async (_, options) => {
  const rig = createRig(options);
  rig.passed("a");
  rig.passed("b");
  await rig.keeper.settle();
  rig.passed("c");
  await rig.keeper.settle();
  expect([rig.stored, rig.notices]).toEqual([[], ["results-not-kept"]]);
});

test("nothing taken, nothing looked at", async () => {
  const rig = createRig({ look: () => Promise.resolve(files) });
  await rig.keeper.settle();
  expect(rig.looks()).toBe(0);
});
