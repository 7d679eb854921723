/** A stage and the steps that it is to have. */
export interface AssignedStage {
  readonly id: string;
  readonly steps: readonly string[];
  /** @defaultValue left out, which means `on_success` */
  readonly trigger?: string | undefined;
}

/** Ids that mean themselves in YAML, also to readers of its older versions; everything else is quoted. */
const PLAIN = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z][a-z0-9_-]*$/i;

/**
 * Gives the lines of the configuration that put steps into stages, to be pasted. Pure.
 *
 * @param stages - in order
 * @param definesStages - whether the stages themselves are among the lines
 */
export function formatStageLines(stages: readonly AssignedStage[], definesStages: boolean): string {
  const name = (id: string): string => (PLAIN.test(id) ? id : JSON.stringify(id));
  const definitions = stages.flatMap(({ id, trigger }) => [
    `  - id: ${name(id)}`,
    ...(trigger === undefined ? [] : [`    trigger: ${name(trigger)}`]),
  ]);
  const steps = stages.flatMap(({ id, steps: ids }) =>
    ids.flatMap((step) => [`  ${name(step)}:`, `    stage: ${name(id)}`]),
  );
  return [...(definesStages ? ["stages:", ...definitions] : []), "steps:", ...steps, ""].join("\n");
}
