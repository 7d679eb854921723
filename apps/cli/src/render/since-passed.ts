import type { Decision } from "@ai-workflow/engine";
import { printable } from "./printable.ts";

/** In what a step differs from its last success, behind its explanation. That of one that is only not proved tells it already. */
export function sincePassed(reason: Decision["reason"], differs: Decision["differs"]): string {
  return differs === undefined || reason === "not-proved" ? "" : `; since it passed: ${printable(differs.join(", "))}`;
}
