import type { Position } from "../../text/create-positions.ts";

/** Something wrong with how a file is written. */
export interface SyntaxProblem {
  readonly rule: "syntax" | "duplicate-key" | "dialect";
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly position?: Position | undefined;
}

/** A configuration file that has been read. */
export interface ConfigDocument {
  readonly problems: readonly SyntaxProblem[];
  /** What it says; absent where that is not known, or where it holds several documents. */
  readonly content?: { readonly value: unknown } | undefined;
  /** Where a value stands, or its key where it has one. */
  readonly positionOf: (path: readonly (string | number)[]) => Position | undefined;
}
