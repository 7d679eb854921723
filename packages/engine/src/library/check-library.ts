import * as v from "valibot";
import { moduleStepSchema } from "../config/schema/step-schema.ts";
import type { StepLibrary } from "./step-library.ts";

/**
 * Gives the library as it is, where what its steps say of themselves is what a configuration may say: a duration such as `7d`, which a
 * configuration may not have, would otherwise be taken for another one without a word.
 *
 * @throws TypeError when a step has defaults that the schema of configurations refuses, or two steps have one name
 */
export function checkLibrary(library: StepLibrary): StepLibrary {
  const names = new Set<string>();
  for (const { id, aliases, module, defaults } of library.steps) {
    const parsed = v.safeParse(moduleStepSchema, { ...defaults, module });
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const where = issue.path?.map(({ key }) => String(key)).join(".") ?? "its keys";
      throw new TypeError(`the built-in step ${JSON.stringify(id)} is defined wrongly: \`${where}\` ${issue.message}`);
    }
    for (const name of [id, ...aliases]) {
      if (names.has(name)) throw new TypeError(`two built-in steps have the name ${JSON.stringify(name)}`);
      names.add(name);
    }
  }
  return library;
}
