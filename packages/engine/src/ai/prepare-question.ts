import {
  isWithheldOnPurpose,
  PromptError,
  promptTemplateVersion,
  redactReviewFiles,
  redactSecrets,
  selectSendableFiles,
  type LoadedPrompt,
  type PromptLibrary,
  type RedactionCount,
  type ReviewFile,
  type WithheldFile,
} from "@ai-workflow/ai-client";
import type { UnreviewedRecord } from "@ai-workflow/profiler";
import type { AiAction, AiSettings } from "../config/workflow.ts";
import { AiSettingError } from "./ai-error.ts";
import type { OpenPaths } from "./open-files.ts";
import { readHunks } from "./read-hunks.ts";

/** What a step will ask about, as it may leave the machine. */
export interface PreparedQuestion extends LoadedPrompt {
  /** Version of template and persona. */
  readonly version: string;
  readonly files: readonly ReviewFile[];
  /** The values of the template's variables, without secrets. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files that are not sent by somebody's wish, and why. */
  readonly withheld: readonly UnreviewedRecord[];
  /** Files that cannot be sent as they are, which nobody wished. */
  readonly unsendable: readonly UnreviewedRecord[];
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
  /** What to ask about: paths relative to it, each with the commit that its changes are counted from or `null`. */
  readonly due: OpenPaths;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Measures a part of the work under a name. */
  readonly measure: <T>(name: string, work: () => Promise<T>) => Promise<T>;
}

/**
 * Loads template and persona, reads the files that may be sent, and replaces the secrets in them. Asks nobody.
 *
 * @throws {AiSettingError} when template or persona are missing or wrong, or the step's variables are not those of the template
 */
export async function prepareQuestion(options: PrepareQuestionOptions): Promise<PreparedQuestion> {
  const { action, settings, library, directory, due, environment, signal, measure } = options;
  const prompt = await loadPrompt(library, action);
  checkVariables(prompt, action);
  const selected = await selectSendableFiles(due.keys(), { directory, denyGlobs: settings.exclude });
  const { withheld } = selected;
  const secretNames = await findSecretNames(selected.files.map(({ path: file }) => file));
  const readable = selected.files.filter(({ path: file }) => !secretNames.has(file));
  // All that is not shown as a whole is counted from the base of this run.
  const baseOid = readable.map(({ path: file }) => due.get(file)).find((oid) => typeof oid === "string");
  const hunks =
    typeof baseOid === "string"
      ? await measure("git_operations", () => readHunks({ directory, baseOid, environment, signal }))
      : new Map<never, never>();
  const { files, redactions } = await redactReviewFiles(
    readable.map(({ path: file, content }) => ({
      path: file,
      content,
      hunks: due.get(file) === baseOid ? hunks.get(file) : undefined,
    })),
  );
  const describeWithheld = ({ path: file, reason, rule }: WithheldFile): UnreviewedRecord => ({
    file,
    reason: "withheld",
    because: rule === undefined ? reason : `${reason === "denied" ? "`ai.exclude`" : reason}: ${rule}`,
  });
  const counts: Record<string, number> = {};
  const count = (list: readonly RedactionCount[]): void => {
    for (const { rule, count: more } of list) counts[rule] = (counts[rule] ?? 0) + more;
  };
  count([...redactions.values()].flat());
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(action.variables)) {
    const redacted = await redactSecrets(value);
    variables[name] = redacted.text;
    count(redacted.redactions);
  }
  return {
    ...prompt,
    version: promptTemplateVersion(prompt.template, prompt.persona),
    files,
    withheld: withheld.filter(isWithheldOnPurpose).map(describeWithheld),
    variables,
    unsendable: [
      ...withheld.filter((file) => !isWithheldOnPurpose(file)).map(describeWithheld),
      ...Array.from(secretNames, (file): UnreviewedRecord => {
        return { file, reason: "withheld", because: "its name looks like a secret" };
      }),
    ],
    redactions: counts,
  };
}

function checkVariables({ template }: LoadedPrompt, { prompt, variables }: AiAction): void {
  const missing = template.variables.find((name) => !Object.hasOwn(variables, name));
  if (missing !== undefined) {
    const message = `the prompt "${prompt}" needs a text for the variable "${missing}": set \`ai.variables.${missing}\` of the step`;
    throw new AiSettingError(message);
  }
  const unknown = Object.keys(variables).find((name) => !template.variables.includes(name));
  if (unknown === undefined) return;
  const known = template.variables.length === 0 ? "it has none" : `it has ${template.variables.join(", ")}`;
  const key = `\`ai.variables.${unknown}\` of the step`;
  throw new AiSettingError(`${key} has no effect: the prompt "${prompt}" has no such variable; ${known}`);
}

/** Names cannot be redacted: answers tell files by them. */
async function findSecretNames(names: readonly string[]): Promise<ReadonlySet<string>> {
  const isSecret = async (text: string): Promise<boolean> => (await redactSecrets(text)).redactions.length > 0;
  const found = new Set<string>();
  // Most lists hold none, and are looked at in one go.
  if (!(await isSecret(names.join("\n")))) return found;
  for (const name of names) if (await isSecret(name)) found.add(name);
  return found;
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
