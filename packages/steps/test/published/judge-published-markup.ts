import path from "node:path";
import type { Finding, ModuleStep } from "@ai-workflow/engine";
import { createStepRepository } from "../step-repository.ts";
import { readPublished } from "./published-packages.ts";

/**
 * Gives what a step finds in one file of markup of a published package, in a repository where it has a place of its own: what a package
 * holds below `test` or `dist` is judged like all else.
 *
 * @param what - `rule file:line` or `file`
 */
export async function judgePublishedMarkup(
  id: string,
  step: ModuleStep,
  { what, folder }: { readonly what: string; readonly folder: string },
): Promise<readonly Finding[]> {
  const file = what.replace(/^\S+ /, "").replace(/:\d+$/, "");
  const repository = createStepRepository({ [`site/page${path.extname(file)}`]: readPublished(folder, file) });
  try {
    return (await repository.run(id, step)).findings;
  } finally {
    repository.close();
  }
}
