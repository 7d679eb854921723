import { existsSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { replaceText } from "../../files/replace-text.ts";
import { whyNotWritten } from "../../files/why-not-written.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { runProgram } from "../../processes/run-program.ts";
import { farthestBump } from "../../release/judge-commits.ts";
import { readReleaseHistory } from "../../release/read-history.ts";
import { findReleaseFlow } from "../../release/release-flow.ts";
import { compareVersions, formatVersion, nextVersion, parseVersion, type Bump } from "../../release/semver.ts";
import { findVersion, inJson } from "../../release/version-field.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { findMentions, mayMention } from "./find-mentions.ts";
import { planVersions } from "./plan-versions.ts";
import { joinChangesets, parseChangeset } from "./read-changesets.ts";

const MANIFEST =
  /(?:^|\/)(?:(?:package|bower|component|composer|jsr|deno|version|package-lock|npm-shrinkwrap)\.json|[^/]+\.jquery\.json|pyproject\.toml|Cargo\.(?:toml|lock))$|^(?:VERSION|version\.txt)$/;
const IN_OTHERS = /(?:^|\/)(?:node_modules|vendor|fixtures?|__fixtures__|testdata|templates?)\//;

/** Lines of code that are told one by one; of the others the number is told. */
const MAX_MENTIONS = 20;

/** Raises versions as the repository does it, or says what it would do. */
export default async function updateVersion(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans } = context;
  const options = readOptions(context.with);
  const applies = options.flag("apply", false);
  const given = options.text("bump");
  if (given !== undefined && !["major", "minor", "patch"].includes(given)) {
    throw new Error(`the option \`bump\` must be major, minor or patch, got ${JSON.stringify(given)}`);
  }
  const read = (file: string): string | undefined => {
    const content = readText(directory, file);
    return content.ok ? content.text : undefined;
  };
  const flow = findReleaseFlow(files, read("package.json"));
  if (flow.kind === "foreign") {
    return { message: `${flow.name} raises the versions here (${printable(flow.file, 60)}), so nothing is done` };
  }
  if (flow.kind === "changesets") return updateByChangesets({ directory, files, applies, read });

  const history = await spans.measure("git_operations", () => readReleaseHistory(directory));
  if (history === undefined)
    return { message: "no tag of a version is there to count from (such as v1.2.3), so none is proposed" };
  const bump = (given as Bump | undefined) ?? farthestBump(history.messages);
  const since = `${countOf(history.messages.length, "commit")} since ${history.tag}`;
  if (bump === undefined) return { message: `${since}, and none says that it asks for a release (feat:, fix:, …)` };
  const [from, to] = [formatVersion(history.version), formatVersion(nextVersion(history.version, bump))];
  const manifests = files.filter((file) => MANIFEST.test(file) && !IN_OTHERS.test(file));
  const texts = new Map(
    manifests.flatMap((file) => (read(file) === undefined ? [] : [[file, read(file) ?? ""] as const])),
  );
  const raised = [...texts].flatMap(([file, text]) => {
    const version = parseVersion(findVersion(file, text)?.version);
    return version !== undefined && compareVersions(version, history.version) > 0 ? [{ file, version }] : [];
  });
  const { edits, others } = planVersions(texts, { from, to });
  const mentions = await spans.measure("parsing", () => mentionsOf({ directory, files, read, texts, from, to }));
  if (edits.length === 0) {
    const [already] = raised;
    return {
      findings: already === undefined ? [] : mentions,
      message:
        already === undefined
          ? `${since} ask for ${to}, and no manifest has the version ${from}`
          : `${printable(already.file, 80)} has the version ${formatVersion(already.version)} already, ${since} ask for ${to}`,
    };
  }
  const findings: Finding[] = edits.map(({ file }) => ({
    rule: applies ? "version-raised" : "version-due",
    severity: "info",
    message: applies ? `${from} is now ${to}` : `${from} would become ${to}`,
    file,
  }));
  if (others.length > 0) {
    const message = `${countOf(others.length, "manifest")} with versions of ${others.length === 1 ? "its" : "their"} own stay as they are`;
    findings.push({ rule: "versions-apart", severity: "info", message });
  }
  findings.push(...mentions);
  const failure = applies ? write(directory, texts, edits) : undefined;
  if (failure !== undefined) return { outcome: "failed", message: failure.message, findings: [failure] };
  const verb = applies ? `raised ${from} to ${to}` : `would raise ${from} to ${to} (${bump})`;
  return {
    message: `${verb} in ${countOf(edits.length, "file")}, by ${given === undefined ? since : "the option `bump`"}${applies ? "" : "; `run --apply` does it"}`,
    findings,
  };
}

/** Lines of code that tell the version that is left: they may be written by a build, so that nothing here writes them. */
async function mentionsOf({
  directory,
  files,
  read,
  texts,
  from,
  to,
}: {
  readonly directory: string;
  readonly files: readonly string[];
  readonly read: (file: string) => string | undefined;
  readonly texts: ReadonlyMap<string, string>;
  readonly from: string;
  readonly to: string;
}): Promise<readonly Finding[]> {
  const names = [...texts].flatMap(([file, text]) => {
    const version = findVersion(file, text)?.version;
    return version === from || version === to ? (inJson(text, ["name"])?.version ?? []) : [];
  });
  const found = await createGitReader(directory)(["grep", "--files-with-matches", "-I", "-F", "-z", "-e", from]);
  // Git ends with 1 where nothing is found.
  const holding = new Set(found.status === "ended" ? found.stdout.split("\0") : []);
  const mentions = files
    .filter((file) => holding.has(file) && mayMention(file))
    .flatMap((file) => findMentions(file, read(file) ?? "", { version: from, names }));
  const left = mentions.length - MAX_MENTIONS;
  return [
    ...mentions.slice(0, MAX_MENTIONS).map((mention): Finding => ({
      rule: "version-in-code",
      severity: "info",
      message: `${from} is told here too`,
      ...mention,
      suggestion: "raise it with the others, unless a program writes it",
    })),
    ...(left > 0
      ? [
          {
            rule: "version-in-code",
            severity: "info" as const,
            message: `${from} is told in ${countOf(left, "more line")} of code`,
          },
        ]
      : []),
  ];
}

/** Puts the edits into the files, each in one stroke; gives why one could not be written, after which nothing is. */
function write(
  directory: string,
  texts: ReadonlyMap<string, string>,
  edits: readonly { readonly file: string; readonly text: string }[],
): Finding | undefined {
  for (const { file, text } of edits) {
    const failed = (why: string): Finding => ({
      rule: "not-written",
      severity: "error",
      message: `the version could not be raised: ${why}`,
      file,
      suggestion: "run it once more when that is mended: it goes on where it was",
    });
    try {
      if (!replaceText(directory, file, texts.get(file) ?? "", text))
        return failed("somebody else wrote the file meanwhile");
    } catch (error) {
      return failed(whyNotWritten(error));
    }
  }
  return undefined;
}

/** The repository's own program writes versions and change logs; what it would do is read from the changesets. */
async function updateByChangesets({
  directory,
  files,
  applies,
  read,
}: {
  readonly directory: string;
  readonly files: readonly string[];
  readonly applies: boolean;
  readonly read: (file: string) => string | undefined;
}): Promise<ModuleStepResult> {
  const names = files.filter((file) => /^\.changeset\/(?!README)[^/]+\.md$/.test(file));
  const bumps = joinChangesets(names.map((file) => parseChangeset(read(file) ?? "")));
  if (bumps.size === 0) return { message: "no changeset is waiting" };
  const waiting = `${countOf(names.length, "changeset")} for ${countOf(bumps.size, "package")}`;
  if (!applies) {
    const listed = [...bumps].map(([name, bump]) => `${printable(name, 60)} ${bump}`);
    return {
      message: `${waiting} ${names.length === 1 ? "is" : "are"} waiting; \`run --apply\` raises the versions`,
      findings: [{ rule: "version-due", severity: "info", message: printable(listed.join(", "), 500) }],
    };
  }
  const program = path.join(directory, "node_modules/.bin/changeset");
  if (!existsSync(program)) {
    return {
      outcome: "inconclusive",
      message: `${waiting}: @changesets/cli is not installed, and nothing else may write what it writes`,
    };
  }
  const end = await runProgram(program, ["version"], { directory });
  if (end.status === "missing")
    return { outcome: "inconclusive", message: `changeset cannot be started: ${printable(end.message)}` };
  process.stderr.write(end.stdout + end.stderr);
  if (end.code === 0) return { message: `${waiting} became versions and change logs` };
  const last = `${end.stdout}\n${end.stderr}`.trim().split("\n").at(-1) ?? "";
  return { outcome: "failed", message: `changeset version failed: ${printable(last)}` };
}
