import type { Finding } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";
import { estimateTokens } from "@ai-workflow/ai-client/tokens";
import { findPromptParts, type PromptFileParts, type PromptPart } from "./find-prompt-parts.ts";

/** A placeholder where it stands. */
interface Placeholder {
  readonly name: string;
  readonly part: PromptPart;
  /** Within the text of the part. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** `{{ user.name | trim }}` and `${input:name}`; blocks of template languages (`{{#if`, `{{/each`, `{{>partial`) and calls are none. */
const DOUBLE =
  /(?<![{\\])\{\{\{?[-~]?\s*(?:input\s*:\s*)?([A-Za-z_][\w-]*)(?:\.[\w.]+)?(?:\s*\|[^}\n]*)?\s*[-~]?\}?\}\}|\$\{input:([A-Za-z_][\w-]*)[^}\n]*\}/g;
const SINGLE = /(?<!\{)\{([A-Za-z_]\w*)\}(?!\})/g;

/** Names under which the text of those is filled in who use the program, in words with `_` between them. */
const ASKED =
  /^(?:(?:user|customer|visitor|raw|untrusted|original)_(?:input|message|query|question|text|prompt|content|request|comment|data)s?|(?:user_?)?(?:input|query|question|submission)|(?:(?:last|latest|recent|current|previous|new|chat)_)?(?:messages?|conversation|transcript)|(?:chat|conversation|message)_(?:history|log))$/;
/** Names under which text is filled in that anybody may have written. */
const WRITTEN =
  /^(?:(?:email|issue|comment|page|web|website|article|document|doc|file|pr|pull_request|ticket|review|message|post)_(?:body|content|contents|text|html|description|title)|(?:(?:git|commit|code|pr|pull_request|staged|full)_)?diff|commits|(?:commit|git)_(?:messages?|logs?|history)|html|(?:web_)?search_results?)$/;
/** Prompts that developers start by hand, so that what is asked is their own. */
const COMMAND = /(?:^|\/)commands?\/|\.prompt\.md$/;

/** What cannot be a name of something filled in. */
const WORDS: ReadonlySet<string> = new Set([
  "if",
  "else",
  "each",
  "unless",
  "this",
  "end",
  "endif",
  "endfor",
  "role",
  "history",
  "media",
  "true",
  "false",
]);

/** Lines of a placeholder that goes on. */
const LONGEST_PLACEHOLDER = 20;

/** Judges one file. Pure. */
export function judgePrompt(
  file: string,
  text: string,
  { maxTokens }: { readonly maxTokens: number },
): readonly Finding[] {
  const found = findPromptParts(file, text);
  const findings: Finding[] = [];
  const tell = (
    rule: string,
    severity: Finding["severity"],
    line: number,
    message: string,
    suggestion: string,
  ): void => {
    findings.push({ rule, severity, message, file, line, suggestion });
  };
  if (found.parts.every((part) => part.text.trim() === "") && found.parts.length > 0) {
    tell("empty-prompt", "warning", 1, "there is nothing in it for a model", "Write it, or take the file out");
    return findings;
  }
  const tokens = found.parts.reduce((sum, part) => sum + estimateTokens(part.text), 0);
  if (tokens > maxTokens) {
    const message = `it takes about ${tokens} tokens of every request, more than ${maxTokens}`;
    tell("long-prompt", "warning", 1, message, "Move what is needed at times only into files that are read then");
  }
  const placeholders = found.parts.flatMap((part) => placeholdersOf(part, found.syntax));
  const { declared } = found;
  if (declared !== undefined) {
    for (const { name, line } of firstOfEach(placeholders)) {
      if (declared.has(name)) continue;
      const message = `\`${printable(name, 60)}\` is filled in, and not among the variables that the file declares`;
      tell("undeclared-placeholder", "warning", line, message, "Declare it, or correct its name");
    }
    // A text that is not here may use it.
    const isWhole = found.parts.length > 0 && placeholders.length > 0;
    for (const [name, line] of declared) {
      if (!isWhole || found.parts.some((part) => part.text.includes(name))) continue;
      const message = `\`${printable(name, 60)}\` is declared, and no text of the file uses it`;
      tell("unused-variable", "warning", line, message, "Use it, or take it out");
    }
  }
  if (!found.keepsApart) {
    const isOfOthers = (name: string): boolean => WRITTEN.test(name) || (ASKED.test(name) && !COMMAND.test(file));
    const untrusted = placeholders.filter((one) => isOfOthers(inWords(one.name)));
    for (const { name, line } of firstOfEach(untrusted.filter(isAmongInstructions))) {
      const message = `\`${printable(name, 60)}\` holds text of others and stands among the instructions without marks around it: what it says, the model may obey`;
      tell(
        "undelimited-input",
        "warning",
        line,
        message,
        "Put it between marks, such as <input>…</input>, and say that what is in there is data",
      );
    }
  }
  for (const { line } of findings.length > 50 ? [] : unclosed(found)) {
    tell("unclosed-placeholder", "warning", line, "`{{` begins a placeholder that has no end", "Close it with `}}`");
  }
  return findings;
}

function placeholdersOf(part: PromptPart, syntax: PromptFileParts["syntax"]): readonly Placeholder[] {
  const pattern = syntax === "single" ? SINGLE : DOUBLE;
  return [...part.text.matchAll(pattern)].flatMap((match): readonly Placeholder[] => {
    const name = match[1] ?? match[2] ?? "";
    if (WORDS.has(name)) return [];
    const line = part.line + part.text.slice(0, match.index).split("\n").length - 1;
    return [{ name, part, start: match.index, end: match.index + match[0].length, line }];
  });
}

/** Whether text of strangers has nothing around it that tells it from the instructions. */
function isAmongInstructions({ part, start, end }: Placeholder): boolean {
  const { text } = part;
  if (`${text.slice(0, start)}${text.slice(end)}`.trim() === "") return false;
  // A message with nothing in it but what is filled in and its names.
  if (
    part.isMessage &&
    text
      .replace(DOUBLE, "")
      .replace(/^[ \t]*[\p{L}\d][\p{L}\d _-]{0,40}:[ \t]*$/gmu, "")
      .trim() === ""
  ) {
    return false;
  }
  const before = text.slice(0, start);
  const after = text.slice(end);
  // Quotes, backticks and tags right at it.
  if (/["'`>\]»]\s*$/.test(before) && /^\s*["'`<[«]/.test(after)) return false;
  const lineBefore = before.slice(before.lastIndexOf("\n") + 1);
  const lineAfter = after.split("\n", 1)[0] ?? "";
  // A heading that ends with it: what follows is a section of its own.
  if (/^\s*#{1,6}\s[^.!?]*:\s*$/.test(lineBefore) && lineAfter.trim() === "") return false;
  // Within a sentence it is part of what the model is told.
  if (lineBefore.trim() !== "" || lineAfter.trim() !== "") return !isWithinBlock(before, after);
  const previous = before.trimEnd().split("\n").at(-1) ?? "";
  const next = after.trimStart().split("\n", 1)[0] ?? "";
  const MARK =
    /^\s*(?:`{3,}|~{3,}|"{3}|'{3}|-{3,}|={3,}|#{1,6}\s|#{3,}|<{2,}|>{2,}|<\/?[\w -]+[^>]*>|\[\/?[A-Z _-]+\]|\*\*[^*]+\*\*:?$)/;
  if (MARK.test(previous) || MARK.test(next)) return false;
  return !isWithinBlock(before, after);
}

/** `recentMessages` and `recent-messages` as `recent_messages`. */
function inWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

/** Whether a tag or a fence that was opened before is closed after. */
function isWithinBlock(before: string, after: string): boolean {
  const fences = before.match(/^\s*(?:`{3,}|"{3}|~{3,})/gm)?.length ?? 0;
  if (fences % 2 === 1) return true;
  for (const [, tag = ""] of before.matchAll(/<([A-Za-z][\w-]*)[^<>]*>/g)) {
    const isOpen = before.lastIndexOf(`<${tag}`) > before.lastIndexOf(`</${tag}>`);
    if (isOpen && after.includes(`</${tag}>`)) return true;
  }
  return false;
}

function firstOfEach(placeholders: readonly Placeholder[]): readonly Placeholder[] {
  return [...new Map(placeholders.toReversed().map((one) => [one.name, one])).values()].reverse();
}

/** Lines with a `{{` that nothing closes, where the file has other placeholders, so that `{{` means one. */
function unclosed({ parts, syntax }: PromptFileParts): readonly { readonly line: number }[] {
  if (syntax === "single") return [];
  return parts.flatMap((part) => {
    if (placeholdersOf(part, syntax).length === 0) return [];
    const lines = part.text.split("\n");
    return lines.flatMap((text, index) => {
      const rest = text.replace(/\{\{[^{}]*\}\}/g, "");
      const isOpen = /(?<!\{)\{\{\s*[A-Za-z_][\w.]*\s*(?:\}(?!\})|$|[ ,.;:])/.test(rest) && !rest.includes("}}");
      // Some tell at length what is to be filled in.
      const next = lines.slice(index + 1, index + 1 + LONGEST_PLACEHOLDER).find((line) => /\{\{|\}\}/.test(line));
      const isEnded = next !== undefined && /^[^{]*\}\}/.test(next);
      return isOpen && !isEnded ? [{ line: part.line + index }] : [];
    });
  });
}
