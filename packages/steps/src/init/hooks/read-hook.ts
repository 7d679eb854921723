import { lstatSync, readFileSync } from "node:fs";

/** No hook of ours is longer, in bytes. */
const MAX_BYTES = 64 * 1024;

/** The text of a file in the folder of hooks; `undefined`: nothing is there. What is no plain file, or a large one, has an empty text. */
export function readHook(file: string): string | undefined {
  const status = lstatSync(file, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  return status.isFile() && status.size <= MAX_BYTES ? readFileSync(file, "utf8") : "";
}
