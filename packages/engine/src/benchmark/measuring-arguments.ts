/** The program that runs workflows, as it is started: its file and what comes before `run`. */
export interface WorkflowProgram {
  readonly command: string;
  readonly args: readonly string[];
}

/** Arguments for a run that is measured: it prints only what goes wrong, and tells nobody. */
export function measuringArguments({ args }: WorkflowProgram, options: readonly string[]): readonly string[] {
  return [...args, "run", ...options, "--quiet", "--output-logs", "errors-only", "--no-alerts", "--no-annotations"];
}
