import type { DocumentPath } from "./locate.ts";

/** Something wrong with a configuration whose shape is right. */
export interface SemanticProblem {
  readonly path: DocumentPath;
  /** Whether the key at `path` is meant rather than its value. */
  readonly atKey: boolean;
  readonly message: string;
}
