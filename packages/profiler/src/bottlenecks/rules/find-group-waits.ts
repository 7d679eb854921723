import { findWaits } from "../find-waits.ts";
import type { Candidate, RunView } from "../run-view.ts";
import { toSeconds } from "../to-seconds.ts";

/** Steps that waited because another of their group was at work. The gain is that of a group that keeps nobody apart. */
export function findGroupWaits(run: RunView): readonly Candidate[] {
  return findWaits(run, "group").map(({ on, steps, sumMs, onPathMs }): Candidate => {
    const gainMs = run.gainOfChange({ withoutGroups: [on] });
    return {
      kind: "group-wait",
      symptom: `${steps.length} ${steps.length === 1 ? "step" : "steps"} waited ${toSeconds(sumMs)} s for the group ${on}`,
      cause: `only one step of the group ${on} runs at a time`,
      remedy: `give each step what ${on} guards for itself (a port, a database, a folder of its own), and drop \`exclusive\``,
      ...(gainMs !== undefined && { gainMs, gainIf: `the group ${on} kept no steps apart` }),
      atStakeMs: onPathMs,
      evidence: [
        { name: "waited", value: sumMs / 1000, unit: "s" },
        { name: "waited on the critical path", value: onPathMs / 1000, unit: "s" },
      ],
      steps,
    };
  });
}
