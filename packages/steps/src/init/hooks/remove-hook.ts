import { lstatSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { isOurs, nameOfEarlier, type HookName } from "./hook-script.ts";
import { readHook } from "./read-hook.ts";

/** What became of a hook that was to be removed. */
export type HookRemoval =
  | {
      readonly status: "removed";
      /** Whether the hook that was there before is back. */ readonly isEarlierBack: boolean;
    }
  /** There is none of ours. */
  | { readonly status: "absent" }
  | { readonly status: "refused"; readonly why: string };

/**
 * Removes a hook that was installed, and puts the one back that was there before. What is not ours is left alone.
 *
 * @param folder - absolute path of the folder of hooks
 * @throws the error of the file system where it cannot be changed
 */
export function removeHook(folder: string, hook: HookName): HookRemoval {
  const file = path.join(folder, hook);
  const earlier = path.join(folder, nameOfEarlier(hook));
  const present = readHook(file);
  const hasEarlier = lstatSync(earlier, { throwIfNoEntry: false }) !== undefined;
  if (present === undefined ? !hasEarlier : !isOurs(present) && !hasEarlier) return { status: "absent" };
  if (present !== undefined && !isOurs(present)) {
    return { status: "refused", why: `${hook} was changed since, and ${nameOfEarlier(hook)} is there as well` };
  }
  if (hasEarlier) renameSync(earlier, file);
  else rmSync(file);
  return { status: "removed", isEarlierBack: hasEarlier };
}
