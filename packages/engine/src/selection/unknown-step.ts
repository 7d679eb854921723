import { suggest } from "../config/suggest.ts";
import type { Workflow } from "../config/workflow.ts";
import { EngineError } from "../errors.ts";

/**
 * The refusal of a name that no step has: with the name that was probably meant, which may be another name of a built-in step, or else with
 * all ids. Of a step that is done for each unit also the name that it has in the configuration is known. Pure.
 *
 * @returns an error with the code ENGINE_UNKNOWN_STEP
 */
export function unknownStep(name: string, { steps, aliases }: Pick<Workflow, "steps" | "aliases">): EngineError {
  const ids = [...steps.keys()];
  const known = new Set(
    [...steps.values()].flatMap(({ id, unit }) => (unit === undefined ? [id] : [id.slice(0, id.indexOf("@")), id])),
  );
  const nearest = ids.find((id) => id.startsWith(`${name}@`)) ?? suggest(name, [...known, ...aliases.keys()]);
  return refuse(name, [...known], nearest);
}

/** The same of a step that none of the past runs had, which knows only the names of theirs. Pure. */
export function unknownPastStep(name: string, ids: Iterable<string>): EngineError {
  const known = [...new Set(ids)];
  return refuse(name, known, suggest(name, known), " in the history");
}

function refuse(name: string, known: readonly string[], nearest: string | undefined, where = ""): EngineError {
  return new EngineError("ENGINE_UNKNOWN_STEP", `unknown step "${name}"${where}`, {
    hint: nearest === undefined ? `The steps${where} are ${known.join(", ")}` : `Did you mean "${nearest}"?`,
  });
}
