import { accessSync, constants } from "node:fs";
import path from "node:path";
import { EngineError } from "@ai-workflow/engine";
import type { HookName } from "@ai-workflow/steps/init";
import { EXIT } from "../exit-code.ts";
import { renderFailure } from "../render/failure.ts";
import { printable } from "../render/printable.ts";

/** `ai-workflow init --hooks`. */
export async function installHooksCommand(directory: string, names: readonly HookName[]): Promise<void> {
  const { installHooks } = await import("@ai-workflow/steps/init");
  const report = await changing(() => installHooks(directory, names));
  if (report.status === "refused") {
    tellRefusal("no hook was installed", report.why, report.advice);
    return;
  }
  for (const one of report.hooks) {
    const file = printable(path.join(report.folder, one.hook));
    if (one.status === "refused") {
      tellRefusal(`${one.hook} was not installed`, one.why);
    } else if (one.status === "unchanged") process.stdout.write(`${file} is installed already\n`);
    else
      process.stdout.write(`installed ${file}${one.hasEarlier ? ", which runs the hook that was there first" : ""}\n`);
  }
  if (report.isShared)
    process.stdout.write("  that folder is a part of the repository: commit it, and all have the hooks\n");
  if (!isInstalled(directory)) {
    process.stderr.write(
      "note: hooks look for ai-workflow in node_modules and on the path, and it is in neither: npm install --global @ai-workflow/cli\n",
    );
  }
}

/** `ai-workflow init --hooks --print`. */
export async function printHooksCommand(directory: string, names: readonly HookName[]): Promise<void> {
  const { planHooks } = await import("@ai-workflow/steps/init");
  const plan = await planHooks(directory, names);
  if (plan.status === "refused") {
    tellRefusal("no hook would be installed", plan.why, plan.advice);
    return;
  }
  for (const { hook, text } of plan.hooks) {
    const file = path.relative(process.cwd(), path.join(plan.folder, hook));
    process.stdout.write(`\n# ${printable(file)}\n${text}`);
  }
}

/** `ai-workflow init --remove-hooks`. */
export async function removeHooksCommand(directory: string): Promise<void> {
  const { removeHooks } = await import("@ai-workflow/steps/init");
  const report = await changing(() => removeHooks(directory));
  if (report.status === "refused") {
    tellRefusal("no hook was removed", report.why);
    return;
  }
  for (const one of report.hooks) {
    const file = printable(path.join(report.folder, one.hook));
    if (one.status === "refused") tellRefusal(`${one.hook} was not removed`, one.why);
    else if (one.status === "removed") {
      process.stdout.write(`removed ${file}${one.isEarlierBack ? "; the hook that was there before is back" : ""}\n`);
    }
  }
  if (report.hooks.every(({ status }) => status === "absent"))
    process.stdout.write("there are no hooks of ai-workflow\n");
}

/** Says that something was not done with hooks; what to do is on the page of errors where nothing better is known. */
function tellRefusal(what: string, why: string, advice: readonly string[] = []): void {
  process.exitCode = EXIT.failed;
  const remedy = advice.length === 0 ? ["Mend that and try again; all else that was asked for is done"] : advice;
  process.stderr.write(renderFailure({ code: "CLI_HOOKS_REFUSED", what, why, remedy }));
}

/** Tells what the file system refuses. */
async function changing<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const { code, path: file = "the folder of the hooks" } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new EngineError("ENGINE_OUTPUT_UNWRITABLE", `cannot write ${file} (${code})`, {
      hint: "Make the folder of the hooks one that you may write to",
      cause: error,
    });
  }
}

/** Whether a hook will find this program. */
function isInstalled(directory: string): boolean {
  const folders = [path.join(directory, "node_modules/.bin"), ...(process.env["PATH"] ?? "").split(path.delimiter)];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, "ai-workflow"), constants.X_OK);
      // That of npx goes with it.
      return !folder.includes(`${path.sep}_npx${path.sep}`);
    } catch {
      return false;
    }
  });
}
