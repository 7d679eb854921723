import { lstatSync } from "node:fs";
import path from "node:path";
import type { Relevance } from "../selection/relevance.ts";
import type { Preparation } from "../preparation/prepare.ts";

/**
 * What is known of a step's work before it begins; a prediction of its duration may rest on it. What is not known is missing.
 *
 * - `input_files`, `input_bytes`: files it reads, and their size where there are not too many to look at
 * - `changed_files`, `changed_bytes`: changed files that count for it, and their size, where it is known what changed
 */
export type StepFeatures = Readonly<
  Partial<Record<"input_files" | "input_bytes" | "changed_files" | "changed_bytes", number>>
>;

/** Files whose sizes are looked up in a run at most: some ten milliseconds. */
const MAX_SIZED_FILES = 2_000;

/**
 * The features of steps that run. A file's size is asked for once, also where several steps read it.
 *
 * @param stepIds - steps that run
 * @param directory - absolute path of the target
 */
export function describeWork(
  stepIds: Iterable<string>,
  preparation: Pick<Preparation, "files" | "changed" | "relevances">,
  directory: string,
): ReadonlyMap<string, StepFeatures> {
  const { files = [], changed, relevances } = preparation;
  const sizes = new Map<string, number>();
  const sizeOf = (paths: readonly string[]): number | undefined => {
    let sum = 0;
    for (const file of paths) {
      let size = sizes.get(file);
      if (size === undefined) {
        if (sizes.size >= MAX_SIZED_FILES) return undefined;
        size = lstatSync(path.join(directory, file), { throwIfNoEntry: false })?.size ?? 0;
        sizes.set(file, size);
      }
      sum += size;
    }
    return sum;
  };
  const countAndSize = (what: "input" | "changed", paths: readonly string[]): StepFeatures => {
    const bytes = paths.length > MAX_SIZED_FILES ? undefined : sizeOf(paths);
    return { [`${what}_files`]: paths.length, ...(bytes !== undefined && { [`${what}_bytes`]: bytes }) };
  };
  const inputSets = new Map<string, StepFeatures>();
  const describeInputs = (relevance: Relevance): StepFeatures => {
    let known = inputSets.get(relevance.inputKey);
    if (known === undefined) {
      const inputs = files.map((file) => file.path).filter(relevance.isInput);
      known = countAndSize("input", inputs);
      inputSets.set(relevance.inputKey, known);
    }
    return known;
  };

  const features = new Map<string, StepFeatures>();
  for (const id of stepIds) {
    const relevance = relevances.get(id);
    if (relevance === undefined) continue;
    const counting = changed?.paths.filter((file) => relevance.judge(file).counts);
    features.set(id, {
      ...describeInputs(relevance),
      ...(counting !== undefined && countAndSize("changed", counting)),
    });
  }
  return features;
}
