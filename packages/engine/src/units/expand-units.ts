import type { GitCache, UnitGraph, WorktreeInspection } from "@ai-workflow/change-detection";
import type { NoticeRecord } from "@ai-workflow/profiler";
import type { Workflow } from "../config/workflow.ts";
import { listFilesUnlessAborted } from "../tree/list-files.ts";
import type { RunOptions } from "../run/run-options.ts";
import { expandSteps, unmatchedGlobs } from "./expand-steps.ts";
import { readUnitLayout, type ReadLayout } from "./read-unit-layout.ts";
import type { UnitState } from "./unit-graph-cache.ts";
import { createUnitLayout, type UnitLayout } from "./unit-layout.ts";

/** A run in which every step can run. */
export interface ExpandedRun {
  readonly options: RunOptions;
  /** What git said of the work tree, so that it is not asked again. */
  readonly inspection: WorktreeInspection;
  readonly notices: readonly NoticeRecord[];
}

/** What expanding needs beside the options of the run. */
export interface ExpandContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly state: UnitState;
  readonly gitCache: GitCache | undefined;
}

/** Units that are looked at where none can be. */
const NO_UNITS: UnitGraph = { units: [], workspaces: [], problems: [] };

/**
 * Looks at the work tree and puts the steps of its units in the place of those that are done for each unit. Loaded only where there is
 * such a step.
 *
 * @throws {EngineError} ENGINE_UNITS_UNREADABLE – it cannot be told which units there are
 */
export async function expandUnits<Options extends RunOptions>(
  options: Options,
  { environment, state, gitCache }: ExpandContext,
): Promise<ExpandedRun & { readonly options: Options }> {
  const { loaded, signal } = options;
  const { workflow, directory } = loaded;
  const base = options.base ?? workflow.base.ref;
  const inspection = await listFilesUnlessAborted({ directory, base, environment, cache: gitCache, signal });
  const isCancelled = (): boolean => signal?.aborted === true;
  const read = isCancelled() ? nothing() : await readUnlessAborted(options, inspection, state);
  const { workflow: expanded, nodesOf } = expandSteps(workflow, read.layout, read.hasScript);
  const steps = options.steps?.flatMap((name) => nodesOf.get(name) ?? [name]);
  const remarks = isCancelled() ? [] : [...read.remarks, ...remarksOnSteps(workflow, nodesOf, read.layout)];
  return {
    options: { ...options, steps, loaded: { ...loaded, workflow: expanded } },
    inspection,
    notices: remarks.map((message) => ({ code: "units", message })),
  };
}

/** A run that is cancelled while units are looked for starts nothing, and still leaves its record. */
async function readUnlessAborted(
  { loaded, signal }: RunOptions,
  { files }: WorktreeInspection,
  state: UnitState,
): Promise<ReadLayout> {
  const { workflow, directory } = loaded;
  try {
    return await readUnitLayout({ directory, state, files, globs: workflow.units, signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    return nothing();
  }
}

function nothing(): ReadLayout {
  return { layout: createUnitLayout(NO_UNITS), remarks: [], hasScript: () => false };
}

/** What is done for no unit does nothing, and must not look as if it had passed. */
function remarksOnSteps(
  { steps }: Workflow,
  nodesOf: ReadonlyMap<string, readonly string[]>,
  layout: UnitLayout,
): readonly string[] {
  return [...nodesOf].flatMap(([id, nodes]) => {
    const step = steps.get(id);
    const filter = step?.forEach;
    if (nodes.length > 0) {
      const unmatched = filter === undefined || filter === "all" ? [] : unmatchedGlobs(filter, layout);
      return unmatched.map((glob) => `no unit matches ${glob} in \`units\` of ${id}`);
    }
    const which = filter === undefined || filter === "all" ? "" : ` that ${filter.join(", ")} matches`;
    const script = step?.action.kind === "script" ? ` with a script "${step.action.script}"` : "";
    return [`${id} is done for each unit, and there is no unit${which}${script}: nothing is done for it`];
  });
}
