import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { createSiteLookup } from "../../markdown/create-site-lookup.ts";
import { isDocument } from "../../markdown/is-document.ts";
import { intricateNote, isIntricate } from "../../markdown/is-intricate.ts";
import { parseDocument, type MarkdownDocument } from "../../markdown/parse-document.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { estimateTokens } from "@ai-workflow/ai-client/tokens";
import { findDuplicates } from "./find-duplicates.ts";
import { findOrphans } from "./find-orphans.ts";
import { findOutdated } from "./find-outdated.ts";
import { readSections } from "./read-sections.ts";
import { tellDuplicates } from "./tell-duplicates.ts";
import { parseJsonTable, valueAt } from "../../project/read-data.ts";

/** Documents that tell of the past, of other releases or are written by programs: they may repeat and grow. */
const RECORDS =
  /(?:^|\/)(?:changelog|changes|history|releases?|news|licen[cs]es?|copying|notices?|third[-_]?party[\w-]*|benchmark[-_]?results?|results|reports?|versioned_docs|archive|legacy|\.changeset|v?\d+(?:\.\d+|\.x)+)(?:[.-][\w-]+)*(?:\/|\.\w+$)/i;
/** Documents that are copied from here, or that programs copied to where they are. */
const COPIES =
  /(?:^|\/)(?:templates?|boilerplates?|skeletons?|examples?|samples?|demos?|gh-pages|dist|build|out|_site|bundles?|_?esm?\d*|cjs|umd|\.[^/]+\/worktrees)\//i;
/** Orphans told one by one. */
const TOLD_ORPHANS = 10;

interface ReadDocument {
  readonly file: string;
  readonly text: string;
  /** Records are long and not judged, so that they are not parsed. */
  readonly document: MarkdownDocument | undefined;
}

type CurrentDocument = ReadDocument & { readonly document: MarkdownDocument };

/** Looks for what readers and models need not read twice, at such length, or at all. */
export default async function optimizeDocumentation(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans } = context;
  const options = readOptions(context.with);
  const maxTokens = options.number("max_tokens", 30_000, 1);
  const minWords = options.number("min_duplicate_words", 80, 10);

  let intricate = 0;
  const all = spans.measure("parsing", () =>
    files
      .filter((file) => isDocument(file))
      .flatMap((file): readonly ReadDocument[] => {
        const read = readText(directory, file);
        if (!read.ok) return [];
        const parsed = read.text.slice(0, PARSED_CHARACTERS);
        if (isIntricate(parsed)) {
          intricate += 1;
          return [];
        }
        return [{ file, text: read.text, document: RECORDS.test(file) ? undefined : parseDocument(parsed) }];
      }),
  );
  const current = all.filter((one): one is CurrentDocument => one.document !== undefined);
  const nodeMajor = oldestNode(directory);
  const own = current.filter(({ file }) => !COPIES.test(file));
  const sections = own.flatMap(({ file, text, document }) => readSections(file, text, document));
  const texts = new Map(own.map(({ file, text }) => [file, text.trim()]));
  const isSite = createSiteLookup(files);
  const links = all.map(({ file, text, document }) => ({
    file,
    text,
    urls: document === undefined ? roughLinksOf(text) : document.links.map(({ url }) => url),
  }));
  const findings = spans.measure("comparing", () => [
    ...tellDuplicates(findDuplicates(sections, minWords), { sections, minWords, texts }),
    ...current.flatMap(({ file, text, document }) =>
      findOutdated(withoutCode(text, document), { nowMs: Date.now(), nodeMajor }).map(
        ({ rule, line, message }): Finding => ({ rule, severity: "warning", message: printable(message), file, line }),
      ),
    ),
    ...current.flatMap((one) => tellSize(one, maxTokens)),
    ...tellOrphans(findOrphans(links, isSite).filter((file) => !RECORDS.test(file))),
  ]);
  const tokens = all.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  return {
    message: `${countOf(all.length, "document")}, about ${tokens.toLocaleString("en")} tokens${intricateNote(intricate)}`,
    findings,
  };
}

/** As much of a document is parsed; what is behind it counts for its size only. */
const PARSED_CHARACTERS = 1024 * 1024;

/** What links and definitions lead to, by their looks: some too many do no harm where it is asked whether a document is linked at all. */
function roughLinksOf(text: string): readonly string[] {
  const found = text.matchAll(
    /\]\(\s*(?:<([^<>\n]{1,2000})>|([^()\s<>]{1,2000}))|^ {0,3}\[[^\]\n]{1,200}\]:\s*<?([^\s>]{1,2000})/gm,
  );
  return [...found].map(([, inAngles, inLink, inDefinition]) => inAngles ?? inLink ?? inDefinition ?? "");
}

function tellSize({ file, text, document }: CurrentDocument, maxTokens: number): readonly Finding[] {
  const tokens = estimateTokens(text);
  if (tokens <= maxTokens) return [];
  const parts = document.headings.filter(({ depth }) => depth === 2).length;
  return [
    {
      rule: "too-large",
      severity: "warning",
      message: `about ${tokens.toLocaleString("en")} tokens, more than ${maxTokens.toLocaleString("en")}: a model reads it in parts or not at all`,
      file,
      line: 1,
      ...(parts > 1 ? { suggestion: `it has ${parts} parts of the second level that could be documents` } : {}),
    },
  ];
}

function tellOrphans(orphans: readonly string[]): readonly Finding[] {
  const told = orphans.slice(0, TOLD_ORPHANS).map((file) => ({
    rule: "orphan",
    severity: "info" as const,
    message: "no other document links to it or names it",
    file,
    line: 1,
  }));
  const more = orphans.length - told.length;
  if (more <= 0) return told;
  return [
    ...told,
    { rule: "orphan", severity: "info", message: `${countOf(more, "more document")} that no other one links to` },
  ];
}

/** Lines of prose; those of code are empty. */
function withoutCode(text: string, { samples }: MarkdownDocument): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  for (const { line, code } of samples) lines.fill("", line - 1, line + code.split("\n").length);
  return lines;
}

/** The oldest major version of Node.js that the manifest admits. */
function oldestNode(directory: string): number | undefined {
  const read = readText(directory, "package.json");
  const range = read.ok ? valueAt(parseJsonTable(read.text), "engines", "node") : undefined;
  const versions = typeof range === "string" ? range.match(/(?<![\d.<]\s*)\b\d+(?:\.[\dx*]+)*/g) : null;
  return versions === null ? undefined : Math.min(...versions.map((one) => Number.parseInt(one, 10)));
}
