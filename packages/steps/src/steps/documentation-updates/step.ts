import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import picomatch from "picomatch";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { compareNames, type NameChange } from "./compare-names.ts";
import { isStillThere } from "./is-still-there.ts";
import { goneFiles } from "./gone-files.ts";
import { isProse, isToldDocument } from "./is-told-document.ts";
import { findMentions, isGone, judgeMentions, type Mention } from "./judge-documents.ts";
import { proposeEdits } from "./propose-edits.ts";
import { readChangedCode } from "./read-changes.ts";

/** Bytes of files that are searched for names that are gone, at most. */
const MAX_SEARCHED_BYTES = 128 * 1024 * 1024;
const MAX_FILE_BYTES = 1024 * 1024;

/** Tells which documents name what the change took out of the code or declares in another way, and has a model propose edits of them. */
export default async function checkDocuments(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, changes, spans } = context;
  const options = readOptions(context.with);
  const apply = options.flag("apply", false);
  const severity = options.flag("strict", false) ? "error" : "warning";
  const isPast = picomatch([...(options.texts("history") ?? [])], { dot: true });
  const maxDocuments = options.number("max_documents", 10, 1);
  if (!changes.known && changes.isOutsideOfGit === true) {
    return { message: "nothing was compared: what changed is known in a git repository only", provisional: true };
  }
  if (!changes.known) return { outcome: "inconclusive", message: `what changed is unknown: ${changes.message}` };
  const { texts, left } = await spans.measure("git_operations", () => readChangedCode(directory, changes));
  const names = [...compareNames(texts), ...goneFiles(changes.list, new Set(files))];
  const unread = left === 0 ? "" : `; ${countOf(left, "further changed file")} not looked at`;
  if (names.length === 0) return { message: `no name that documents may tell of changed${unread}` };

  const documents = readDocuments(directory, files, (file) => isToldDocument(file) && !isPast(file));
  const found = await spans.measure("parsing", () => {
    const likely = findMentions(documents, names);
    const gone = confirmGone(likely, { directory, files });
    return Promise.resolve(likely.filter((mention) => !isGone(mention) || gone.has(mention.name)));
  });
  const changedDocuments = new Set(changes.list.map(({ path }) => path));
  const findings = judgeMentions(found, { severity, changedDocuments });
  const wrong = findings.filter(({ rule }) => rule === "removed-name").length;
  const what = `${countOf(names.length, "name")} changed, ${countOf(new Set(found.map(({ document }) => document)).size, "document")} of ${documents.size} tell of them`;
  if (findings.length === 0) return { message: `${what}${unread}` };

  const concerned = mostConcerned(findings.map(({ file = "" }) => file)).slice(0, maxDocuments);
  const proposed = await proposeEdits(context, {
    documents: new Map(concerned.map((file) => [file, documents.get(file) ?? ""])),
    code: [...new Set(found.map(({ name }) => name.file))].filter((file) => files.includes(file)),
    problems: findings.map(({ file = "", line = 1, message }) => `${printable(file)}:${line} ${message}`),
    apply,
  });
  // What was mended needs not be told.
  const open = findings.filter(({ file = "" }) => !proposed.edited.has(file));
  const message = [`${what}${unread}`, proposed.message, proposed.unanswered].filter(Boolean).join("; ");
  const all = [...open, ...proposed.findings];
  const isWrong = wrong > 0 && severity === "error" && open.some((finding) => finding.severity === "error");
  if (proposed.unanswered !== undefined && !isWrong) return { outcome: "inconclusive", message, findings: all };
  return { message, findings: all };
}

function readDocuments(
  directory: string,
  files: readonly string[],
  isRead: (file: string) => boolean,
): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const file of files) {
    if (!isRead(file)) continue;
    const content = readText(directory, file, MAX_FILE_BYTES);
    if (content.ok) documents.set(file, content.text);
  }
  return documents;
}

/** Those of the names that are gone from everywhere; what cannot be looked through counts as holding them. */
function confirmGone(
  found: readonly Mention[],
  { directory, files }: Pick<ModuleStepContext, "directory" | "files">,
): ReadonlySet<NameChange> {
  const gone = new Set(found.filter(isGone).map(({ name }) => name));
  let bytes = 0;
  for (const file of files) {
    if (gone.size === 0) break;
    if (isToldDocument(file) || isProse(file)) continue;
    const content = readText(directory, file, MAX_FILE_BYTES);
    if (!content.ok) continue;
    bytes += content.text.length;
    if (bytes > MAX_SEARCHED_BYTES) return new Set();
    for (const name of gone) if (isStillThere(name, content.text, file)) gone.delete(name);
  }
  return gone;
}

/** Documents by how much is said of them. */
function mostConcerned(documents: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const document of documents) counts.set(document, (counts.get(document) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([document]) => document);
}
