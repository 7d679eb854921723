/** What {@link PipelineStagesError} may report; each has its heading in `docs/errors.md`. */
export type PipelineStagesErrorCode =
  | "PIPELINE_STAGES_BAD_TRIGGER"
  | "PIPELINE_STAGES_DUPLICATE_STAGE"
  | "PIPELINE_STAGES_DUPLICATE_STEP"
  | "PIPELINE_STAGES_EMPTY_STAGE"
  | "PIPELINE_STAGES_MISSING_OUTCOME"
  | "PIPELINE_STAGES_UNKNOWN_STEP";

/** Stages that contradict themselves or their steps. */
export class PipelineStagesError extends Error {
  override readonly name = "PipelineStagesError";
  readonly code: PipelineStagesErrorCode;
  /** The stage concerned. */
  readonly stageId: string;
  /** The steps concerned; empty where it is about the stage alone. */
  readonly stepIds: readonly string[];

  constructor(code: PipelineStagesErrorCode, message: string, stageId: string, stepIds: readonly string[] = []) {
    super(message);
    this.code = code;
    this.stageId = stageId;
    this.stepIds = stepIds;
  }
}
