import { stripTerminalControls } from "../strip-terminal-controls.ts";

/** A question as it would be sent, and what is known about it. */
export interface PromptPreview {
  /** The step, or what else it is for. */
  readonly title: string;
  /** The model, where it is known. */
  readonly model?: string | undefined;
  /** The system instructions. */
  readonly system?: string | undefined;
  /** The prompt. */
  readonly prompt: string;
  /** About how many tokens it takes. */
  readonly estimatedInputTokens: number;
  /** What was redacted. @defaultValue nothing */
  readonly redactions?: readonly { readonly rule: string; readonly count: number }[] | undefined;
  /** Its key in the cache. */
  readonly key?: string | undefined;
  /** Whether the cache knows the answer. @defaultValue not told */
  readonly cache?: "hit" | "miss" | undefined;
}

/** Characters that a terminal does not show as they are: controls but the tab, and those that turn the writing direction. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

function showLine(line: string): string {
  const shown = line.replace(UNPRINTABLE, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
  });
  // Behind the mark a `::command` does not begin its line any more; `##[command]` is obeyed anywhere and must be broken up.
  const safe = stripTerminalControls(`| ${shown}`).slice(2);
  return `${safe === line ? "|" : "!"} ${safe}`;
}

function showText(text: string): string[] {
  return text.split("\n").map(showLine);
}

function showField(text: string): string {
  return stripTerminalControls(text).replaceAll("\n", " ");
}

/**
 * The exact text of questions, for people, with what they would take and what the cache knows. Nothing is asked. Each line of a
 * question follows `| `; where it follows `! `, characters that cannot be shown stand in it as `\u{1B}`, or a space breaks up what
 * a CI runner would obey.
 */
export function formatPrompts(prompts: readonly PromptPreview[]): string {
  const lines: string[] = [];
  let total = 0;
  for (const [index, preview] of prompts.entries()) {
    const { title, model, system, prompt, estimatedInputTokens, redactions = [], key, cache } = preview;
    total += estimatedInputTokens;
    lines.push(`Prompt ${index + 1} of ${prompts.length}: ${showField(title)}`);
    if (model !== undefined) lines.push(`Model: ${showField(model)}`);
    lines.push(`Input: about ${estimatedInputTokens} tokens`);
    const redacted = redactions.map(({ rule, count }) => `${count} x ${showField(rule)}`).join(", ");
    lines.push(`Redacted: ${redacted === "" ? "nothing" : redacted}`);
    if (key !== undefined || cache !== undefined) {
      const answer = cache === undefined ? "not looked up" : cache;
      lines.push(`Cache: ${answer}${key === undefined ? "" : `, key ${showField(key)}`}`);
    }
    if (system !== undefined) lines.push("System:", ...showText(system));
    lines.push("Prompt:", ...showText(prompt), "");
  }
  const misses = prompts.filter(({ cache }) => cache !== "hit").length;
  const counts = `${prompts.length} prompt${prompts.length === 1 ? "" : "s"}, about ${total} input tokens`;
  lines.push(`${counts}; ${misses} would be asked, ${prompts.length - misses} found in the cache`);
  return `${lines.join("\n")}\n`;
}
