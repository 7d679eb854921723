import type { ProviderAnswer } from "../../provider.ts";
import { readAnswerEnvelope } from "./read-answer-envelope.ts";
import { readClaudeEnvelope } from "./read-claude-envelope.ts";
import { readCodexEnvelope } from "./read-codex-envelope.ts";
import { readCopilotEnvelope } from "./read-copilot-envelope.ts";
import { readGeminiEnvelope } from "./read-gemini-envelope.ts";

/**
 * In what form a program prints its answer: `ai-workflow` is this package's own, the next four are those of the programs of that
 * name, `text` is the bare answer. A bare answer says nothing of why it ended: it counts as whole when the program exits with 0
 * and printed something, so an error printed in its place is not told apart. Prefer the others.
 */
export type ExecEnvelope = "ai-workflow" | "claude" | "gemini" | "codex" | "copilot" | "text";

const READERS: Readonly<Record<ExecEnvelope, (stdout: string) => ProviderAnswer>> = {
  "ai-workflow": (stdout) => readAnswerEnvelope(JSON.parse(stdout)),
  claude: readClaudeEnvelope,
  gemini: readGeminiEnvelope,
  codex: readCodexEnvelope,
  copilot: readCopilotEnvelope,
  text: (stdout) => ({ status: "answered", finishReason: "stop", text: stdout }),
};

/** The forms that {@link readEnvelope} knows. */
export const EXEC_ENVELOPES: readonly ExecEnvelope[] = Object.keys(READERS) as ExecEnvelope[];

/** Whether `value` names a form that {@link readEnvelope} knows. */
export function isExecEnvelope(value: unknown): value is ExecEnvelope {
  return typeof value === "string" && Object.hasOwn(READERS, value);
}

/** What a program printed, as an answer. @throws {SyntaxError} when it is not even of the right syntax */
export function readEnvelope(envelope: ExecEnvelope, stdout: string): ProviderAnswer {
  return READERS[envelope](stdout);
}
