import path from "node:path";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { isConventional, kindOf } from "./commit-manner.ts";
import type { StagedChange } from "./parse-name-status.ts";

/** What a message is made of. */
export interface MessageParts {
  readonly changes: readonly StagedChange[];
  readonly branch: string;
  /** Subjects of the last commits, whose manner the message follows. */
  readonly earlier: readonly string[];
  /** What a model says that the change does. @defaultValue what the files alone tell */
  readonly subject?: string | undefined;
  /** Text with `{summary}`, `{files}`, `{count}` and `{branch}`. @defaultValue the summary, and the files below it */
  readonly template?: string | undefined;
}

/** Files that a message lists; of others the number is told. */
const MAX_LISTED = 20;

/** The message of a commit, of which every word can be checked against what it changes. Pure. */
export function writeMessage({ changes, branch, earlier, subject, template }: MessageParts): string {
  const summary = subject ?? summaryOf(changes, earlier);
  const files = changes.slice(0, MAX_LISTED).map(({ status, path: file }) => `- ${status}: ${printable(file, 300)}`);
  if (changes.length > MAX_LISTED) files.push(`- and ${changes.length - MAX_LISTED} more`);
  const values: Readonly<Record<string, string>> = {
    summary,
    files: files.join("\n"),
    count: String(changes.length),
    branch: printable(branch),
  };
  const text = template ?? (changes.length > 1 ? "{summary}\n\n{files}" : "{summary}");
  return `${text.replace(/\{(summary|files|count|branch)\}/g, (_, name: string) => values[name] ?? "").trim()}\n`;
}

function summaryOf(changes: readonly StagedChange[], earlier: readonly string[]): string {
  const [only] = changes;
  const verb = verbOf(changes);
  const what =
    changes.length === 1 && only !== undefined
      ? printable(path.posix.basename(only.path), 50)
      : `${countOf(changes.length, "file")}${placeOf(changes)}`;
  const text = `${verb} ${what}`;
  if (isConventional(earlier)) return `${kindOf(changes)}: ${text}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function verbOf(changes: readonly StagedChange[]): string {
  const statuses = new Set(changes.map(({ status }) => status));
  if (statuses.size !== 1) return "change";
  return statuses.has("added") ? "add" : statuses.has("deleted") ? "delete" : "change";
}

/** The folder that all of them are in. */
function placeOf(changes: readonly StagedChange[]): string {
  const [first = [], ...others] = changes.map(({ path: file }) => file.split("/").slice(0, -1));
  let depth = first.length;
  for (const parts of others) {
    let same = 0;
    while (same < depth && parts[same] === first[same]) same += 1;
    depth = same;
  }
  return depth === 0 ? "" : ` in ${printable(first.slice(0, depth).join("/"), 50)}`;
}
