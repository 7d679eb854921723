import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { describeAll, describeCause } from "./describe-causes.ts";
import { findCauses } from "./find-causes.ts";

/** Tells what the findings of the run have in common. It passes, whatever they are: their own steps fail for them. */
export default function analyseContext(context: ModuleStepContext): ModuleStepResult {
  const maxCauses = readOptions(context.with).number("max_causes", 8, 1);
  const ended = context.results.filter(({ outcome }) => outcome !== "skipped" && outcome !== "cancelled");
  const causes = findCauses(ended);
  // What stands alone has been told by its own step.
  const groups = causes.filter(({ errors, warnings }) => errors + warnings > 1);
  const left = groups.slice(maxCauses);
  const more = left.reduce((sum, cause) => sum + cause.errors + cause.warnings, 0);
  return {
    message: describeAll(causes, ended.length),
    findings: [
      ...groups.slice(0, maxCauses).map((cause) => describeCause(cause)),
      ...(left.length === 0
        ? []
        : [
            {
              rule: "more",
              severity: "info" as const,
              message: `${countOf(left.length, "further cause")} of ${countOf(more, "finding")}`,
            },
          ]),
    ],
  };
}
