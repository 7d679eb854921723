import { lstatSync, statSync } from "node:fs";
import path from "node:path";
import { CONFIG_FILE_NAME, EngineError, PROJECT_KINDS, type ProjectKind } from "@ai-workflow/engine";
import { printable } from "../render/printable.ts";
import { alreadyThere, writeNewFile } from "./write-new-file.ts";
import type { HookName, InitFacts, InitTemplate } from "@ai-workflow/steps/init";

/** Options of `init` as commander hands them over. */
interface InitFlags {
  readonly template?: InitTemplate;
  readonly kind?: ProjectKind;
  readonly hooks?: readonly HookName[];
  readonly removeHooks?: boolean;
  readonly print?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly target?: string;
}

/** `ai-workflow init`: what is written is told on standard output, questions are asked on standard error. */
export async function initCommand(given: object): Promise<void> {
  const flags = given as InitFlags;
  const directory = path.resolve(flags.target ?? ".");
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new EngineError("ENGINE_TARGET_MISSING", `${directory} is not a directory`, {
      hint: "Give the directory that is to hold the configuration",
    });
  }
  if (flags.removeHooks === true) {
    await (await import("./init-hooks.ts")).removeHooksCommand(directory);
    return;
  }
  const file = path.join(directory, CONFIG_FILE_NAME);
  const keeps = flags.force !== true && flags.print !== true && isThere(file);
  // Nobody is to answer questions in vain.
  if (keeps && flags.hooks === undefined) throw alreadyThere(file);
  if (keeps) process.stdout.write(`kept ${shown(file)}, which is there already\n`);
  else await writeConfig(directory, file, flags);
  if (flags.hooks !== undefined && flags.print !== true) {
    await (await import("./init-hooks.ts")).installHooksCommand(directory, flags.hooks);
  }
}

async function writeConfig(directory: string, file: string, flags: InitFlags): Promise<void> {
  const { choosing, describeRepository, renderConfig } = await import("@ai-workflow/steps/init");
  const facts = await describeRepository(directory);
  const { kind, template } = mayAsk(flags) ? await askInit(facts, flags) : flags;
  const chosen = choosing(facts, kind);
  const text = renderConfig(chosen, template ?? "full");
  if (flags.print === true) {
    process.stdout.write(text);
    return;
  }
  writeNewFile(file, text, flags.force === true);
  process.stdout.write(
    `wrote ${shown(file)}\n` +
      `  kind ${chosen.kind.kind}: ${chosen.kind.why}\n` +
      "next: `ai-workflow run` (`--dry-run` says what it would do)\n",
  );
}

/** A file as a person here would call it. */
function shown(file: string): string {
  return printable(path.relative(process.cwd(), file));
}

async function askInit(facts: InitFacts, flags: InitFlags): Promise<Pick<InitFlags, "kind" | "template">> {
  const [{ createAsker }, { INIT_TEMPLATES }] = await Promise.all([
    import("./ask-init.ts"),
    import("@ai-workflow/steps/init"),
  ]);
  using asker = createAsker();
  const { kind: guess } = facts;
  const kind =
    flags.kind ??
    (await asker.ask({
      text: `What is this project? It seems to be ${guess.kind}: ${guess.why}.\n `,
      answers: PROJECT_KINDS,
      byDefault: guess.kind,
    }));
  const template =
    flags.template ??
    (await asker.ask<InitTemplate>({ text: "Which steps?", answers: INIT_TEMPLATES, byDefault: "full" }));
  return { kind, template };
}

/** A question is for a person who sees it and can answer. */
function mayAsk({ yes, print }: InitFlags): boolean {
  if (yes === true || print === true) return false;
  return process.stdin.isTTY && process.stderr.isTTY && ["", "0", "false"].includes(process.env["CI"] ?? "");
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
