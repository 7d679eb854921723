import type { Command } from "@ai-workflow/regression";
import { programNames } from "../runners/program-names.ts";

/** Which of the processes that a measured command leaves behind may stay: programs of these names, as after a run. Pure. */
export function keepsRunning(names: ReadonlySet<string>): NonNullable<Command["keeps"]> {
  return ({ command, name }) => programNames(command, name).some((one) => names.has(one));
}
