import { findNetworkFailure } from "../processes/find-network-failure.ts";
import type { Diagnostic } from "./parse-diagnostics.ts";

/** Errors that lie in the code: what could not be fetched is told at the line that imports it, which is not to blame. Pure. */
export function ownErrors(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(
    ({ severity, message }) => severity === "error" && findNetworkFailure([message]) === undefined,
  );
}
