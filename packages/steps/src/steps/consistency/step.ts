import { existsSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { createSubmoduleLookup } from "../../git/create-submodule-lookup.ts";
import { listLeftOut } from "../../git/list-left-out.ts";
import { isDocument } from "../../markdown/is-document.ts";
import { intricateNote, isIntricate } from "../../markdown/is-intricate.ts";
import { parseDocument, type MarkdownDocument } from "../../markdown/parse-document.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { checkAddresses } from "./check-addresses.ts";
import { judgeLinks } from "./judge-links.ts";
import { judgeSamples } from "./judge-samples.ts";
import { judgeVersions } from "./judge-versions.ts";
import { isElsewhere } from "./is-elsewhere.ts";
import { createLinkTargets } from "./link-targets.ts";
import { readPackages } from "./read-packages.ts";

/** Documents above this size are data, in bytes. */
const MAX_BYTES = 1024 * 1024;
/** Told of one rule in one file; the others are counted. */
const TOLD_A_RULE = 10;

/** Compares what documents say with each other and with what is there. */
export default async function checkConsistency(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans } = context;
  const options = readOptions(context.with);
  const external = options.flag("external", false);
  const timeoutMs = options.number("external_timeout_seconds", 10, 0.1) * 1000;
  const ignored = options.texts("external_ignore") ?? [];

  const documents = new Map<string, ReadDocument>();
  let intricate = 0;
  spans.measure("reading", () => {
    for (const file of files.filter((one) => isDocument(one))) {
      const read = readText(directory, file, MAX_BYTES);
      if (!read.ok) continue;
      if (isIntricate(read.text)) intricate += 1;
      else documents.set(file, parseLate(read.text));
    }
  });
  const isInSubmodule = createSubmoduleLookup(directory);
  const targets = createLinkTargets([...files, ...(await listLeftOut(directory))], {
    anchorsOf: (file) => documents.get(file)?.document.anchors,
    isOnDisk: (file) => existsSync(path.join(directory, file)) || isInSubmodule(file),
  });
  const packages = readPackages(files, (file) => {
    const read = readText(directory, file);
    return read.ok ? read.text : undefined;
  });
  const findings = spans.measure("parsing", () =>
    [...documents].flatMap(([file, read]) => [
      ...(isElsewhere(file) ? [] : [...judgeLinks(file, read.document, targets), ...judgeSamples(file, read.document)]),
      ...judgeVersions(file, read.text, packages),
    ]),
  );
  const outside = external
    ? await spans.measure("external_links", () => judgeExternal(documents, { timeoutMs, ignored }))
    : { findings: [], message: "" };
  return {
    message: `${countOf(documents.size, "document")} compared with the repository${intricateNote(intricate)}${outside.message}`,
    findings: limit([...findings, ...outside.findings]),
  };
}

interface ReadDocument {
  readonly text: string;
  readonly document: MarkdownDocument;
}

/** Change logs are long, and are parsed only where something leads into them. */
function parseLate(text: string): ReadDocument {
  let document: MarkdownDocument | undefined;
  return {
    text,
    get document() {
      return (document ??= parseDocument(text));
    },
  };
}

/** Asks every address outside once and tells of it where it stands first. */
async function judgeExternal(
  documents: ReadonlyMap<string, { readonly document: MarkdownDocument }>,
  { timeoutMs, ignored }: { readonly timeoutMs: number; readonly ignored: readonly string[] },
): Promise<{ readonly findings: readonly Finding[]; readonly message: string }> {
  const isIgnored = picomatch([...ignored], { bash: true });
  const places = new Map<string, { readonly file: string; readonly line: number }>();
  for (const [file, { document }] of documents) {
    for (const { url, line } of document.links) {
      const address = url.replace(/#.*$/s, "");
      const isAsked = /^https?:\/\/[^/]*\./i.test(address) || /^https?:\/\/(?:localhost|127\.)/i.test(address);
      if (isAsked && !/[{}<>$*]/.test(address) && !isReserved(address) && !isIgnored(address) && !places.has(address)) {
        places.set(address, { file, line });
      }
    }
  }
  const ends = await checkAddresses([...places.keys()], { timeoutMs });
  let unknown = 0;
  const findings = [...places].flatMap(([address, place]) => {
    const end = ends.get(address);
    if (end?.status === "unknown") unknown += 1;
    if (end?.status !== "dead") return [];
    const message = `"${printable(address)}" leads nowhere: ${end.why}`;
    return [{ rule: "dead-external-link", severity: "warning" as const, message, ...place }];
  });
  const open = unknown === 0 ? "" : `, of ${unknown} of which nothing is known`;
  return { findings, message: `, ${countOf(places.size, "address", "addresses")} asked${open}` };
}

/** Names that stand for others, by RFC 2606, and machines that only the author has. */
function isReserved(address: string): boolean {
  return /^https?:\/\/(?:[^/]*\.)?(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)(?::0)?(?:[/?]|$)/i.test(
    address,
  );
}

function limit(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>();
  const keyOf = ({ rule, file }: Finding): string => `${rule}\0${file ?? ""}`;
  for (const finding of findings) counts.set(keyOf(finding), (counts.get(keyOf(finding)) ?? 0) + 1);
  const told = new Map<string, number>();
  return findings.flatMap((finding) => {
    const place = (told.get(keyOf(finding)) ?? 0) + 1;
    told.set(keyOf(finding), place);
    if (place <= TOLD_A_RULE) return [finding];
    const more = (counts.get(keyOf(finding)) ?? 0) - TOLD_A_RULE;
    return place === TOLD_A_RULE + 1 ? [{ ...finding, message: `${more} more of ${finding.rule} in this file` }] : [];
  });
}
