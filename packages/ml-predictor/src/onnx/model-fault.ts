/**
 * Why a model file is not used:
 * - `too-large`: larger than any model that is supported;
 * - `corrupt`: no ONNX file, or cut, or damaged where it shows in the encoding;
 * - `unsupported-version`: of another version of ONNX, of the operator, or of this package's files;
 * - `unsupported-graph`: not one TreeEnsembleRegressor from one float input to one float output;
 * - `unsupported-operator`: attributes of the operator that are not supported, such as comparisons for equality;
 * - `invalid-trees`: trees that cannot be evaluated, such as with children in a circle or thresholds that are NaN;
 * - `invalid-metadata`: a file of this package without all that it should say about its model;
 * - `wrong-checksum`: a file of this package that was changed since it was written.
 */
export type ModelFault =
  | "too-large"
  | "corrupt"
  | "unsupported-version"
  | "unsupported-graph"
  | "unsupported-operator"
  | "invalid-trees"
  | "invalid-metadata"
  | "wrong-checksum";

/** A model file that is not used, and why. */
export interface ModelRefusal<Reason = ModelFault> {
  readonly ok: false;
  /** For programs. */
  readonly reason: Reason;
  /** For people: a sentence without a full stop. What it quotes from the file is cut short. */
  readonly message: string;
}

/** A refusal. */
export function refuse<Reason>(reason: Reason, message: string): ModelRefusal<Reason> {
  return { ok: false, reason, message };
}

/** A text out of a file, for a message: cut short, in quotes, without control characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
