/** Code of a {@link PredictorError}; each has a heading in `docs/errors.md`. */
export type PredictorErrorCode = "ML_PREDICTOR_DUPLICATE_CANDIDATE";

/** A mistake in how the predictor was set up. Bad history never throws: such rows are set aside and counted. */
export class PredictorError extends Error {
  override readonly name = "PredictorError";
  readonly code: PredictorErrorCode;
  /** Name of the candidate the error is about. */
  readonly candidate: string;

  constructor(
    code: PredictorErrorCode,
    message: string,
    details: { readonly candidate: string; readonly cause?: unknown },
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.candidate = details.candidate;
  }
}
