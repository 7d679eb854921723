import type { ProjectKind, ResolvedConfig, ResolvedStepConfig } from "./config.ts";
import type { SemanticProblem } from "./semantic-problem.ts";

/**
 * What the schema cannot say of `kinds`: a step that this project has cannot use one that it does not have, for nobody would make what it
 * reads. `needs` is order alone, and a step that is left out satisfies it. Pure.
 */
export function kindProblems({ project, steps }: ResolvedConfig): readonly SemanticProblem[] {
  const kind: ProjectKind = project?.kind ?? "generic";
  const isThere = ({ kinds }: ResolvedStepConfig): boolean => kinds === undefined || kinds.includes(kind);
  return Object.entries(steps).flatMap(([id, step]): readonly SemanticProblem[] => {
    if (!isThere(step)) return [];
    return (step.uses ?? []).flatMap((name, index): readonly SemanticProblem[] => {
      const used = steps[name.replace("^", "")];
      if (used === undefined || isThere(used)) return [];
      const message = `"${id}" uses "${name}", which a project of kind "${kind}" does not have (its \`kinds\`)`;
      return [{ path: ["steps", id, "uses", index], atKey: false, message }];
    });
  });
}
