import {
  PromptError,
  promptTemplateVersion,
  redactReviewFiles,
  selectSendableFiles,
  type LoadedPrompt,
  type PromptLibrary,
  type ReviewFile,
} from "@ai-workflow/ai-client";
import type { UnreviewedRecord } from "@ai-workflow/profiler";
import type { AiAction, AiSettings } from "../config/workflow.ts";
import { AiSettingError } from "./ai-error.ts";
import { readHunks } from "./read-hunks.ts";

/** What a step will ask about, as it may leave the machine. */
export interface PreparedQuestion extends LoadedPrompt {
  /** Version of template and persona. */
  readonly version: string;
  readonly files: readonly ReviewFile[];
  /** Files that are not sent, and why. */
  readonly withheld: readonly UnreviewedRecord[];
  /** Secrets replaced, by rule. */
  readonly redactions: Readonly<Record<string, number>>;
}

/** What {@link prepareQuestion} needs. */
export interface PrepareQuestionOptions {
  readonly action: AiAction;
  readonly settings: AiSettings;
  readonly library: PromptLibrary;
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** Paths relative to it. */
  readonly paths: readonly string[];
  /** The commit that changes are counted from, for a step that asks about changes; `null` or absent: files are shown whole. */
  readonly baseOid?: string | null | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Loads template and persona, reads the files that may be sent, and replaces the secrets in them. Asks nobody.
 *
 * @throws {AiSettingError} when template or persona are missing or wrong
 */
export async function prepareQuestion(options: PrepareQuestionOptions): Promise<PreparedQuestion> {
  const { action, settings, library, directory, paths, baseOid, environment, signal } = options;
  const prompt = await loadPrompt(library, action);
  const { files: readable, withheld } = await selectSendableFiles(paths, { directory, denyGlobs: settings.exclude });
  const hunks =
    typeof baseOid === "string" && readable.length > 0
      ? await readHunks({ directory, baseOid, environment, signal })
      : undefined;
  const { files, redactions } = await redactReviewFiles(
    readable.map(({ path: file, content }) => ({ path: file, content, hunks: hunks?.get(file) })),
  );
  const counts: Record<string, number> = {};
  for (const { rule, count } of [...redactions.values()].flat()) counts[rule] = (counts[rule] ?? 0) + count;
  return {
    ...prompt,
    version: promptTemplateVersion(prompt.template, prompt.persona),
    files,
    withheld: withheld.map(({ path: file, reason, rule }) => ({
      file,
      reason: "withheld",
      because: rule === undefined ? reason : `${reason}: ${rule}`,
    })),
    redactions: counts,
  };
}

async function loadPrompt(library: PromptLibrary, action: AiAction): Promise<LoadedPrompt> {
  try {
    const prompt = await library.load(action.prompt);
    return action.persona === undefined ? prompt : { ...prompt, persona: await library.loadPersona(action.persona) };
  } catch (error) {
    if (error instanceof PromptError) throw new AiSettingError(error.message, { cause: error });
    throw error;
  }
}
