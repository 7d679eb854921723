import type { AlertSettings } from "../config/workflow.ts";

/**
 * Lets rules for a step that is done for units look at its steps: in records they are called `build@web`, in the configuration `build`.
 * Pure.
 *
 * @param stepIds - steps of the run that is judged
 */
export function scopeOfUnits(settings: AlertSettings, stepIds: readonly string[]): AlertSettings {
  const expand = (name: string): readonly string[] => {
    const ofUnits = stepIds.filter((id) => id.startsWith(`${name}@`));
    return ofUnits.length === 0 ? [name] : ofUnits;
  };
  return {
    ...settings,
    rules: settings.rules.map((rule) =>
      typeof rule.scope === "object" ? { ...rule, scope: { steps: rule.scope.steps.flatMap(expand) } } : rule,
    ),
  };
}
