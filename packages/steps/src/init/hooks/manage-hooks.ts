import path from "node:path";
import { openRepository } from "../open-repository.ts";
import { findHookManager } from "./find-hook-manager.ts";
import { findHooksFolder } from "./find-hooks-folder.ts";
import { HOOKS, renderHook, type HookName } from "./hook-script.ts";
import { installHook, type HookInstallation } from "./install-hook.ts";
import { removeHook, type HookRemoval } from "./remove-hook.ts";

/** Hooks are not written into this repository, why, and what a person can do. */
export interface HooksRefused {
  readonly status: "refused";
  readonly why: string;
  /** Lines to show. */
  readonly advice: readonly string[];
}

/** What became of every hook. */
export interface HooksReport<T> {
  readonly status: "done";
  /** Absolute path of the folder of the hooks. */
  readonly folder: string;
  /** Whether that folder is a part of the work tree, which others get as well. */
  readonly isShared: boolean;
  readonly hooks: readonly ({ readonly hook: HookName } & T)[];
}

/** Hooks that would be installed. */
export interface HooksPlan extends Omit<HooksReport<{ readonly text: string }>, "status"> {
  readonly status: "planned";
}

/**
 * What {@link installHooks} would write: hooks of git that run a built-in pipeline, unless another program has the hooks in its care.
 *
 * @param directory - absolute path of the folder of the configuration
 */
export async function planHooks(directory: string, hooks: readonly HookName[]): Promise<HooksPlan | HooksRefused> {
  const found = await findHooksFolder(directory);
  if (found.status === "refused") return { ...found, advice: [] };
  const { folder, top, isShared } = found;
  const target = path.relative(top, found.directory).split(path.sep).join("/");
  const { files, read } = await openRepository(top);
  // The folder itself tells of a manager whose files git ignores.
  const place = `${path.relative(top, folder).split(path.sep).join("/")}/`;
  const manager = findHookManager([...files, place], read("package.json"));
  if (manager !== undefined) {
    const advice = hooks.flatMap((hook) => manager.advice(hook, target));
    return { status: "refused", why: `${manager.name} has the hooks of this repository in its care`, advice };
  }
  return {
    status: "planned",
    folder,
    isShared,
    hooks: hooks.map((hook) => ({ hook, text: renderHook(hook, target) })),
  };
}

/**
 * Installs hooks of git that run a built-in pipeline, unless another program has the hooks in its care.
 *
 * @param directory - absolute path of the folder of the configuration
 * @throws the error of the file system where they cannot be written
 */
export async function installHooks(
  directory: string,
  hooks: readonly HookName[],
): Promise<HooksReport<HookInstallation> | HooksRefused> {
  const plan = await planHooks(directory, hooks);
  if (plan.status === "refused") return plan;
  const { folder, isShared } = plan;
  const installed = plan.hooks.map(({ hook, text }) => ({ hook, ...installHook(folder, hook, text) }));
  return { status: "done", folder, isShared, hooks: installed };
}

/**
 * Removes the hooks that {@link installHooks} has installed, and nothing else.
 *
 * @param directory - absolute path of a folder in the work tree
 * @throws the error of the file system where they cannot be changed
 */
export async function removeHooks(directory: string): Promise<HooksReport<HookRemoval> | HooksRefused> {
  const found = await findHooksFolder(directory);
  if (found.status === "refused") return { ...found, advice: [] };
  const { folder, isShared } = found;
  return { status: "done", folder, isShared, hooks: HOOKS.map((hook) => ({ hook, ...removeHook(folder, hook) })) };
}
