/** Something in configuration, environment or prompt files that keeps a model from being asked: a failure of the step, and what to do. */
export class AiSettingError extends Error {
  override readonly name = "AiSettingError";
}
