/** What the engine gives to a module step. */
export interface ModuleStepContext {
  readonly step: string;
  /** Absolute path of the target. */
  readonly directory: string;
  /** Paths of the step's input files, relative to {@link directory}. */
  readonly files: readonly string[];
  readonly with: Readonly<Record<string, unknown>>;
}

export interface ModuleStepFinding {
  readonly rule: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ModuleStepResult {
  readonly findings: readonly ModuleStepFinding[];
}
