import * as conventions from "@opentelemetry/semantic-conventions/incubating";

const entries = Object.entries<unknown>(conventions).flatMap(
  ([constant, value]): readonly (readonly [string, string])[] => (typeof value === "string" ? [[constant, value]] : []),
);

const NAMES: ReadonlySet<string> = new Set(
  entries.filter(([constant]) => /^(?:ATTR|METRIC)_/u.test(constant)).map(([, name]) => name),
);

/** What the published conventions allow as the result of a step. */
export const RESULTS: readonly string[] = entries
  .filter(([constant]) => constant.startsWith("CICD_PIPELINE_TASK_RUN_RESULT_VALUE_"))
  .map(([, value]) => value);

/** Those of `names` that are neither of the published semantic conventions nor of this tool. */
export function foreignNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !NAMES.has(name) && !name.startsWith("ai_workflow."));
}
