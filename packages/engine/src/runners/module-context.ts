import type { StepRecord } from "@ai-workflow/profiler";
import type { Step } from "../config/workflow.ts";
import type { Preparation } from "../preparation/prepare.ts";
import type { EarlierResult } from "./module-step.ts";
import type { ModuleTask } from "./module-worker.ts";

/** What the context of a module is made of. */
export interface ModuleContextInput {
  /** Absolute path of the target directory. */
  readonly target: string;
  readonly steps: ReadonlyMap<string, Step>;
  readonly preparation: Pick<Preparation, "changes" | "files" | "relevances">;
  /** Records of the steps that have ended. */
  readonly records: ReadonlyMap<string, StepRecord>;
  /** Files that the step has not passed on, for one that judges one file after another. */
  readonly due?: readonly string[] | undefined;
}

/** Gathers what a module step is told. Pure. */
export function createModuleContext(
  step: Step,
  given: Readonly<Record<string, unknown>>,
  { target, steps, preparation, records, due }: ModuleContextInput,
): ModuleTask["context"] {
  const isNamed = preparation.relevances.get(step.id)?.isNamed;
  const files = (preparation.files ?? []).map((file) => file.path).filter((file) => isNamed?.(file) ?? true);
  return {
    step: step.id,
    directory: target,
    files,
    dueFiles: due ?? files,
    changes: preparation.changes,
    results: earlierResults(step, steps, records),
    with: given,
    ...(step.unit === undefined ? {} : { unit: { name: step.unit.name, directory: step.unit.directory } }),
  };
}

/** What came of the steps that one needs, directly or not, in the order in which they are configured. */
function earlierResults(
  step: Step,
  steps: ReadonlyMap<string, Step>,
  records: ReadonlyMap<string, StepRecord>,
): readonly EarlierResult[] {
  const before = new Set<string>();
  const open = [...step.needs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (before.has(id)) continue;
    before.add(id);
    open.push(...(steps.get(id)?.needs ?? []));
  }
  return [...steps.keys()].flatMap((id) => {
    const record = before.has(id) ? records.get(id) : undefined;
    if (record === undefined) return [];
    const { outcome, message, findings, decision } = record;
    return [{ step: id, outcome, message: message ?? decision.explanation, findings }];
  });
}
