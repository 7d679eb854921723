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
  const ofUnit = ids.find((id) => id.startsWith(`${name}@`));
  return refuse(name, [...known], ofUnit === undefined ? meant(name, [...known], aliases.keys()) : [ofUnit]);
}

/** The same of a step that none of the past runs had, which knows only the names of theirs. Pure. */
export function unknownPastStep(name: string, ids: Iterable<string>): EngineError {
  const known = [...new Set(ids)];
  return refuse(name, known, meant(name, known), " in the history");
}

/** Of ids that have a word in common with the name so many are offered; of more all are. */
const MAX_OFFERED = 3;

/** Which ids were probably meant: those with that word, as `test_execution` for `tests`, or the one that is spelt nearly so. */
function meant(name: string, known: readonly string[], aliases: Iterable<string> = []): readonly string[] {
  const word = singular(name.toLowerCase());
  const withWord = known.filter((id) =>
    id
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .some((one) => singular(one) === word),
  );
  if (withWord.length > 0 && withWord.length <= MAX_OFFERED) return withWord;
  const nearest = suggest(name, [...known, ...aliases]);
  return nearest === undefined ? [] : [nearest];
}

function singular(word: string): string {
  return word.length > 1 && word.endsWith("s") ? word.slice(0, -1) : word;
}

function refuse(name: string, known: readonly string[], likely: readonly string[], where = ""): EngineError {
  const offered = likely.map((id) => `"${id}"`).join(" or ");
  return new EngineError("ENGINE_UNKNOWN_STEP", `unknown step "${name}"${where}`, {
    hint: offered === "" ? `The steps${where} are ${known.join(", ")}` : `Did you mean ${offered}?`,
  });
}
