import { lstatSync } from "node:fs";
import path from "node:path";
import { checkTarget, CONFIG_FILE_NAME, PROJECT_KINDS, type ProjectKind } from "@ai-workflow/engine";
import { printable } from "../render/printable.ts";
import { VERSION } from "../version.ts";
import { alreadyThere, writeNewFile } from "../output/write-new-file.ts";
import type { HookName, InitFacts, InitTemplate } from "@ai-workflow/steps/init";

/** Options of `init` as commander hands them over. */
interface InitFlags {
  readonly template?: InitTemplate;
  readonly kind?: ProjectKind;
  readonly hooks?: readonly HookName[];
  readonly ci?: "github";
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
  checkTarget(directory, "Give the directory that is to hold the configuration");
  if (flags.removeHooks === true) {
    await (await import("./init-hooks.ts")).removeHooksCommand(directory);
    return;
  }
  await writeFiles(directory, flags);
}

async function writeFiles(directory: string, flags: InitFlags): Promise<void> {
  const { choosing, describeRepository, findPlace, GITHUB_WORKFLOW_FILE, renderConfig, renderGithubWorkflow } =
    await import("@ai-workflow/steps/init");
  const config = path.join(directory, CONFIG_FILE_NAME);
  const place = await findPlace(directory);
  const workflow = path.join(place.top, GITHUB_WORKFLOW_FILE);
  const hasConfig = isThere(config);
  const asksForMore = flags.hooks !== undefined || flags.ci !== undefined;
  if (flags.print !== true) {
    // Nobody is to answer questions in vain, and nothing is to be written where the rest cannot be.
    if (hasConfig && !asksForMore && flags.force !== true) throw alreadyThere(config);
    if (flags.ci !== undefined && flags.force !== true && isThere(workflow)) throw alreadyThere(workflow);
  }

  const facts = await describeRepository(directory);
  const keepsConfig = hasConfig && asksForMore && flags.print !== true;
  const mayWriteWorkflow = !isThere(workflow);
  const answers: InitAnswers = mayAsk(flags) && !keepsConfig ? await askInit(facts, flags, mayWriteWorkflow) : flags;
  const chosen = choosing(facts, answers.kind);
  const configText = renderConfig(chosen, answers.template ?? "full");
  const workflowText =
    answers.ci === undefined ? undefined : renderGithubWorkflow(facts, { ...place, version: VERSION });
  if (flags.print === true) {
    process.stdout.write(
      workflowText === undefined ? configText : `${configText}\n# ${GITHUB_WORKFLOW_FILE}\n${workflowText}`,
    );
    if (flags.hooks !== undefined) await (await import("./init-hooks.ts")).printHooksCommand(directory, flags.hooks);
    return;
  }
  if (keepsConfig) process.stdout.write(`kept ${shown(config)}, which is there already\n`);
  else {
    writeNewFile(config, configText, flags.force === true);
    process.stdout.write(`wrote ${shown(config)}\n  kind ${chosen.kind.kind}: ${chosen.kind.why}\n`);
  }
  if (workflowText !== undefined) {
    writeNewFile(workflow, workflowText, flags.force === true);
    process.stdout.write(`wrote ${shown(workflow)}\n`);
  }
  if (answers.hooks !== undefined) {
    await (await import("./init-hooks.ts")).installHooksCommand(directory, answers.hooks);
  }
  if (!keepsConfig) process.stdout.write("next: `ai-workflow run` (`--dry-run` says what it would do)\n");
}

/** A file as a person here would call it. */
function shown(file: string): string {
  return printable(path.relative(process.cwd(), file));
}

/** What a person at the terminal decides. */
interface InitAnswers {
  readonly kind?: InitFlags["kind"] | undefined;
  readonly template?: InitFlags["template"] | undefined;
  readonly hooks?: InitFlags["hooks"] | undefined;
  readonly ci?: InitFlags["ci"] | undefined;
}

async function askInit(facts: InitFacts, flags: InitFlags, mayWriteWorkflow: boolean): Promise<InitAnswers> {
  const [{ createAsker }, { INIT_TEMPLATES }] = await Promise.all([
    import("./ask-init.ts"),
    import("@ai-workflow/steps/init"),
  ]);
  using asker = createAsker();
  const isYes = async (text: string): Promise<boolean> =>
    (await asker.ask({ text, answers: ["yes", "no"], byDefault: "no" })) === "yes";
  const { kind: guess, ci } = facts;
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
  const hooks =
    flags.hooks ?? ((await isYes("Check each commit by a hook of git?")) ? ["pre-commit" as const] : undefined);
  const usesGithub = ci.length === 0 || ci.includes("GitHub Actions");
  const asksForCi = flags.ci === undefined && mayWriteWorkflow && usesGithub;
  const wantsCi = asksForCi && (await isYes("Write a workflow of GitHub Actions?"));
  return { kind, template, hooks, ci: wantsCi ? "github" : flags.ci };
}

/** A question is for a person who sees it and can answer. */
function mayAsk({ yes, print }: InitFlags): boolean {
  if (yes === true || print === true) return false;
  return process.stdin.isTTY && process.stderr.isTTY && ["", "0", "false"].includes(process.env["CI"] ?? "");
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
