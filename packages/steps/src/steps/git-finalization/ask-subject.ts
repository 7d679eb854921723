import type { Finding, ModuleStepContext } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";
import { checkSubject } from "./check-subject.ts";
import type { StagedChange } from "./parse-name-status.ts";

/** Of larger changes no line says what they do. */
const MAX_FILES = 40;
/** Subjects that show the manner of the repository. */
const MAX_HISTORY = 10;

const SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["subject", "type"],
  properties: {
    subject: {
      type: "string",
      description:
        "What the change does, in the imperative, in one line of at most 60 characters, without a type before it, and without issues, people or addresses",
    },
    type: { enum: ["feat", "fix", "perf", "refactor", "style", "build", "chore"] },
  },
} as const;

/** What is about to be committed. */
export interface CommitToDescribe {
  /** Relative to the repository. */
  readonly changes: readonly StagedChange[];
  /** The folder of the target in the repository, with `/` at its end; empty where it is the repository. */
  readonly prefix: string;
  /** Paths of which the work tree holds something else than what is committed. */
  readonly unstaged: readonly string[];
  /** Whole name of the commit before. */
  readonly head: string;
  readonly branch: string;
  readonly earlier: readonly string[];
}

/**
 * Asks the model, where one is configured, what a commit does. No subject where it does not answer, or with something that is none, of which
 * a note tells: the files alone say then what changed.
 */
export async function askSubject(
  ask: ModuleStepContext["ask"],
  { changes, prefix, unstaged, head, branch, earlier }: CommitToDescribe,
): Promise<{ readonly subject?: string; readonly finding?: Finding }> {
  const differ = new Set(unstaged);
  // What cannot be shown as it is committed, and what is gone or outside, is not shown.
  const shown = changes.filter(
    ({ status, path: file }) => status !== "deleted" && file.startsWith(prefix) && !differ.has(file),
  );
  if (shown.length === 0 || changes.length > MAX_FILES) return {};
  const note = (why: string): { readonly finding: Finding } => ({
    finding: {
      rule: "message-by-template",
      severity: "info",
      message: `the model's subject was not taken: ${printable(why, 200)}`,
    },
  });
  const reply = await ask({
    prompt: "commit_message",
    variables: { history: earlier.slice(0, MAX_HISTORY).join("\n") },
    changes: shown.map(({ path: file }) => file.slice(prefix.length)),
    since: head,
    schema: SCHEMA,
    isOptional: true,
  });
  if (reply.status === "unanswered") return reply.reason === "no-model" ? {} : note(reply.message);
  const [answer, other] = reply.answers;
  if (answer === undefined || other !== undefined) return note("the change does not fit into one question");
  const checked = checkSubject(answer.value as { readonly subject: string; readonly type: string }, {
    changes,
    branch,
    earlier,
  });
  return checked.ok ? { subject: checked.subject } : note(checked.why);
}
