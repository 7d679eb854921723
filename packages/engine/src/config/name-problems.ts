import type { ResolvedConfig } from "./config.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { DocumentPath } from "./locate.ts";
import type { SemanticProblem } from "./semantic-problem.ts";

/** Names of steps and stages, wherever the configuration refers to one, that are nobody's. */
export function nameProblems(config: ResolvedConfig): readonly SemanticProblem[] {
  const stepIds = new Set(Object.keys(config.steps));
  const stageIds = new Set((config.stages ?? []).map((stage) => stage.id));
  const problems: SemanticProblem[] = [];
  const checkSteps = (names: readonly string[] | undefined, ...list: DocumentPath): void => {
    for (const [index, name] of (names ?? []).entries()) {
      if (stepIds.has(name)) continue;
      const message = `unknown step "${name}"${didYouMean(name, stepIds)}`;
      problems.push({ path: [...list, index], atKey: false, message });
    }
  };
  for (const [id, step] of Object.entries(config.steps)) {
    for (const key of ["needs", "uses"] as const) {
      checkSteps(
        step[key]?.map((name) => name.replace("^", "")),
        "steps",
        id,
        key,
      );
    }
    if (step.stage === undefined || stageIds.has(step.stage)) continue;
    const known = stageIds.size === 0 ? "; no `stages` are defined" : didYouMean(step.stage, stageIds);
    problems.push({ path: ["steps", id, "stage"], atKey: false, message: `unknown stage "${step.stage}"${known}` });
  }
  checkSteps(config.skip_on_doc_only, "skip_on_doc_only");
  for (const [index, { scope }] of (config.alerts?.rules ?? []).entries()) {
    if (typeof scope === "object") checkSteps(scope, "alerts", "rules", index, "scope");
  }
  for (const [index, { steps }] of (config.optimizations?.skip_rules ?? []).entries()) {
    checkSteps(steps, "optimizations", "skip_rules", index, "steps");
  }
  return problems;
}
