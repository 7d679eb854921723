import { readFileSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { parse as parseToml } from "smol-toml";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { LEVELS, type AdvisoryLevel } from "./advisory.ts";
import { audit } from "./audit.ts";
import { findPairs, type LockPair } from "./find-pairs.ts";
import { judgeAudit } from "./judge-audit.ts";
import { judgeCargoLock } from "./judge-cargo-lock.ts";
import { judgeComposerLock } from "./judge-composer-lock.ts";
import { judgeDuplicates } from "./judge-duplicates.ts";
import { judgeGemfileLock } from "./judge-gemfile-lock.ts";
import { judgeGoSum } from "./judge-go-sum.ts";
import { judgeLicences } from "./judge-licences.ts";
import { judgeNodeLock } from "./judge-node-lock.ts";
import { judgeNodeManifest } from "./judge-node-manifest.ts";
import { judgePythonLock } from "./judge-python-lock.ts";
import { judgeRivals } from "./judge-rivals.ts";
import type { LockedPackage, NodeLock } from "./locked-package.ts";
import { readNodeManifest, type NodeManifest } from "./node-manifest.ts";
import { readBunLock } from "./read-bun-lock.ts";
import { readNpmLock } from "./read-npm-lock.ts";
import { readPnpmLock } from "./read-pnpm-lock.ts";
import { readYarnLock } from "./read-yarn-lock.ts";
import type { Disagreement } from "./requirement.ts";
import { parseJson, parseJsonTable } from "../../project/read-data.ts";

/** Lock files of workspaces are long. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Names told one by one; the rest is counted. */
const MAX_TOLD = 5;
/** Packages in these folders are made for tests and templates and are never installed as they are. */
const NOT_INSTALLED = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|templates?|node_modules|vendor)\//;

const NODE_READERS: Readonly<Record<string, (text: string) => NodeLock | undefined>> = {
  "package-lock.json": readNpmLock,
  "npm-shrinkwrap.json": readNpmLock,
  "pnpm-lock.yaml": readPnpmLock,
  "yarn.lock": readYarnLock,
  "bun.lock": readBunLock,
};

/** Judges manifests and lock files by reading them, and asks the package managers about vulnerabilities. */
export default async function checkDependencies(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, spans } = context;
  const options = readOptions(context.with);
  const isAuditAsked = context.with["audit"] === true;
  const shallAudit = options.flag("audit", true);
  const level = readLevel(options.text("audit_level"));
  const licences = options.texts("licenses");
  const files = context.files.filter((file) => !NOT_INSTALLED.test(file));
  const texts = new Map<string, string>();
  const textOf = (file: string): string | undefined => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    const content = readText(directory, file, MAX_BYTES);
    if (content.ok) texts.set(file, content.text);
    return content.ok ? content.text : undefined;
  };

  const { findings, locks } = spans.measure("parsing", () => judgeFiles(files, textOf, directory, licences));
  const unknown: string[] = [];
  if (shallAudit) {
    for (const file of locks.filter((one) => one.split("/").length <= 2)) {
      const isYarn1 = textOf(file)?.includes("# yarn lockfile v1") === true;
      const result = await spans.measure("audit", () =>
        audit(path.join(directory, path.dirname(file)), path.basename(file), isYarn1),
      );
      if (result?.status === "known") findings.push(...judgeAudit(file, result.advisories, level));
      if (result?.status !== "unknown") continue;
      unknown.push(file);
      const message = `known vulnerabilities of its packages could not be asked for: ${result.message}`;
      findings.push({ rule: "audit-unknown", severity: "info", message, file });
    }
  }
  const message = `${countOf(files.length, "manifest or lock file", "manifests and lock files")} read${unknown.length > 0 ? "; nothing is known of vulnerabilities" : ""}`;
  return { message, findings, ...(isAuditAsked && unknown.length > 0 ? { outcome: "inconclusive" as const } : {}) };
}

function judgeFiles(
  files: readonly string[],
  textOf: (file: string) => string | undefined,
  directory: string,
  licences: readonly string[] | undefined,
): { readonly findings: Finding[]; readonly locks: readonly string[] } {
  const findings: Finding[] = [];
  const manifests = new Map<string, NodeManifest>();
  for (const file of files) {
    if (path.posix.basename(file) !== "package.json") continue;
    const text = textOf(file);
    const manifest = text === undefined ? undefined : readNodeManifest(text);
    if (text === undefined || manifest === undefined) continue;
    manifests.set(file, manifest);
    findings.push(...judgeNodeManifest(file, text, manifest));
  }
  findings.push(
    ...judgeRivals(files, (folder) => manifests.get(path.posix.join(folder, "package.json"))?.packageManager),
  );
  const members = new Set([...manifests.values()].flatMap(({ name }) => (name === undefined ? [] : [name])));
  const pairs = findPairs(files);
  const nodeLocks = new Map<string, NodeLock>();
  for (const { lock } of pairs) {
    const read = NODE_READERS[path.posix.basename(lock)];
    const text = read === undefined ? undefined : textOf(lock);
    const known = text === undefined || nodeLocks.has(lock) ? undefined : read?.(text);
    if (known !== undefined) nodeLocks.set(lock, known);
  }
  for (const pair of pairs) {
    const nodeLock = nodeLocks.get(pair.lock);
    const manifest = manifests.get(pair.manifest);
    const root = manifests.get(path.posix.join(path.posix.dirname(pair.lock), "package.json"));
    const all =
      nodeLock === undefined || manifest === undefined
        ? judgeOther(pair, textOf)
        : // What is no member is installed on its own; yarn does not say who is one.
          pair.folder !== "" && nodeLock.importers === undefined
          ? []
          : judgeNodeLock(nodeLock, pair.folder, manifest, members, root?.forced);
    findings.push(...describe(pair, all, textOf(pair.manifest) ?? ""));
  }
  for (const [lock, { packages }] of nodeLocks) {
    findings.push(...judgeDuplicates(lock, packages));
    if (licences === undefined) continue;
    const named = packages.map((one) => ({ ...one, licence: one.licence ?? licenceOf(directory, lock, one.name) }));
    findings.push(...judgeLicences(lock, named, new Set(licences)));
  }
  const locks = [
    ...new Set([...pairs.map(({ lock }) => lock), ...files.filter((file) => file === "requirements.txt")]),
  ];
  return { findings, locks };
}

/** What the licence of an installed package is. */
function licenceOf(directory: string, lock: string, name: LockedPackage["name"]): string | undefined {
  if (!/^(?:@[\w.-]+\/)?[\w.-]+$/.test(name)) return undefined;
  let text: string;
  try {
    text = readFileSync(path.join(directory, path.dirname(lock), "node_modules", name, "package.json"), "utf8");
  } catch {
    return undefined;
  }
  const licence = parseJsonTable(text)["license"];
  return typeof licence === "string" ? licence : undefined;
}

function judgeOther(
  { manifest, lock }: LockPair,
  textOf: (file: string) => string | undefined,
): readonly Disagreement[] {
  const [asked, locked] = [textOf(manifest), textOf(lock)];
  if (asked === undefined || locked === undefined) return [];
  try {
    switch (path.posix.basename(lock)) {
      case "Cargo.lock":
        return judgeCargoLock(parseToml(asked), parseToml(locked));
      case "go.sum":
        return judgeGoSum(asked, locked);
      case "poetry.lock":
        return judgePythonLock(parseToml(asked), parseToml(locked), "poetry");
      case "uv.lock":
        return judgePythonLock(parseToml(asked), parseToml(locked), "uv");
      case "composer.lock":
        return judgeComposerLock(parseJson(asked), parseJson(locked), asked);
      case "Gemfile.lock":
        return judgeGemfileLock(asked, locked);
      default:
        return [];
    }
  } catch {
    // Files that cannot be parsed are told by the step that looks at configuration.
    return [];
  }
}

function describe({ manifest, lock }: LockPair, all: readonly Disagreement[], text: string): readonly Finding[] {
  const lines = text.split("\n");
  const told = all.slice(0, MAX_TOLD).map(({ name, message, severity }): Finding => {
    const quoted = lines.findIndex((line) => line.includes(`"${name}"`) && /"\s*[:=,]/.test(line));
    const at = quoted === -1 ? lines.findIndex((line) => line.includes(name)) : quoted;
    return {
      rule: "stale-lock-file",
      severity: severity ?? "error",
      message: `${JSON.stringify(name)} ${message} (${lock})`,
      file: manifest,
      line: at === -1 ? 1 : at + 1,
      suggestion: "install again and commit the lock file",
    };
  });
  if (all.length <= MAX_TOLD) return told;
  const message = `${all.length - MAX_TOLD} more differences between this and ${lock}`;
  return [...told, { rule: "stale-lock-file", severity: "error", message, file: manifest }];
}

function readLevel(given: string | undefined): AdvisoryLevel {
  const level = LEVELS.find((one) => one === (given ?? "high"));
  if (level === undefined) {
    throw new Error(`the option \`audit_level\` must be one of ${LEVELS.join(", ")}, got ${JSON.stringify(given)}`);
  }
  return level;
}
