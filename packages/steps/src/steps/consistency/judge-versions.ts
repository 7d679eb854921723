import type { Finding } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";

/** A package that the repository publishes. */
export interface OwnPackage {
  readonly name: string;
  /** `undefined` where the manifest does not say it, or something in its place. */
  readonly version: string | undefined;
  /** The manifest. */
  readonly file: string;
  readonly ecosystem: "npm" | "pypi" | "crates";
}

/** Text about other releases than the present one, where other versions are meant. */
const OTHER_RELEASES =
  /\b(?:legacy|older|previous(?:ly)?|earlier|former|deprecated|migrat\w*|upgrad\w*|downgrad\w*|prior|before|since|until|beta|alpha|next|canary|nightly|v\d+(?:\.x)?|\d+\.x|for example|e\.g\.|such as|specific version|pin(?:ned|ning)?)\b/i;
const OTHER_DOCUMENTS =
  /(?:^|\/)[^/]*(?:changelog|changes|history|release|migrat|upgrad|news|roadmap|versioned|legacy|archive)[^/]*(?:\/|$)|(?:^|\/)v?\d+(?:\.\d+|\.x)*\//i;
const SEMVER = String.raw`\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`;

interface Mention {
  readonly version: string;
  readonly line: number;
  readonly text: string;
}

/**
 * Findings about versions and names of the repository's own packages in one document. A document that names several versions of a package
 * tells of releases, and is right whichever is the present one. Pure.
 */
export function judgeVersions(file: string, text: string, packages: readonly OwnPackage[]): readonly Finding[] {
  if (OTHER_DOCUMENTS.test(file)) return [];
  const lines = text.split(/\r\n|\n|\r/);
  return [
    ...packages.flatMap((own) => judgePackage(file, lines, own)),
    ...judgeBadge(file, lines, packages),
    ...judgeNames(file, lines, packages),
  ];
}

function judgePackage(file: string, lines: readonly string[], own: OwnPackage): readonly Finding[] {
  const { name, version, file: manifest } = own;
  if (version === undefined || isPlaceholder(version)) return [];
  const mentions = lines.flatMap((line, index) =>
    line.includes(name) ? mentionsIn(line, own).map((one) => ({ version: one, line: index + 1, text: line })) : [],
  );
  if (new Set(mentions.map((mention) => mention.version)).size !== 1) return [];
  const [first]: readonly Mention[] = mentions;
  // `0.4` is whatever comes of 0.4.
  if (first === undefined || first.version === version || version.startsWith(`${first.version}.`)) return [];
  const around = lines
    .slice(Math.max(0, first.line - 4), first.line + 1)
    .join("\n")
    .replaceAll(first.version, "");
  if (OTHER_RELEASES.test(around)) return [];
  const isNewer = compare(first.version, version) > 0;
  return [
    {
      rule: "version-mismatch",
      severity: isNewer || !isSameLine(first.version, version) ? "warning" : "info",
      message: `names ${printable(name, 60)} ${printable(first.version, 30)}, while ${printable(manifest)} says ${printable(version, 30)}`,
      file,
      line: first.line,
    },
  ];
}

/** Versions that a line gives the package in commands, addresses and manifests. */
function mentionsIn(line: string, { name, ecosystem }: OwnPackage): readonly string[] {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  const forms: Readonly<Record<OwnPackage["ecosystem"], string>> = {
    npm: String.raw`(?:\b(?:npm|npx|pnpm|yarn|bun|bunx|deno)\b[^@]*[\s"']|(?:unpkg\.com|\/npm|esm\.sh|skypack\.dev|esm\.run)\/)${escaped}@(${SEMVER})(?![\w.-])`,
    pypi: String.raw`(?:^|[\s"'\`])${escaped}==(\d+(?:\.\d+)+(?:\.?(?:a|b|rc|dev|post)\d+)*)(?![\w.])`,
    crates: String.raw`^\s*${escaped}\s*=\s*(?:"|\{[^}]*version\s*=\s*")[\^~=]?(\d+(?:\.\d+)*)"`,
  };
  return [...line.matchAll(new RegExp(forms[ecosystem], "g"))].map((match) => match[1] ?? "");
}

function judgeBadge(file: string, lines: readonly string[], packages: readonly OwnPackage[]): readonly Finding[] {
  const [only, ...others] = packages.filter(({ version }) => version !== undefined && !isPlaceholder(version));
  if (only?.version === undefined || others.length > 0 || file.includes("/")) return [];
  return lines.flatMap((line, index) => {
    const [, shown] = /img\.shields\.io\/badge\/version-v?(\d+\.\d+\.\d+(?:--[0-9A-Za-z.]+)?)-/i.exec(line) ?? [];
    const version = shown?.replace("--", "-");
    if (version === undefined || version === only.version) return [];
    const message = `the badge shows version ${printable(version, 30)}, while ${printable(only.file)} says ${printable(only.version ?? "", 30)}`;
    return [{ rule: "version-mismatch", severity: "warning" as const, message, file, line: index + 1 }];
  });
}

/** `npm install tool` where the package is `@scope/tool`, which is another one or none. */
function judgeNames(file: string, lines: readonly string[], packages: readonly OwnPackage[]): readonly Finding[] {
  const npm = packages.filter(({ ecosystem }) => ecosystem === "npm");
  const names = new Set(npm.map(({ name }) => name));
  return lines.flatMap((line, index) => {
    const [, rest] =
      /\b(?:npm (?:install|i|add)|yarn (?:global )?add|pnpm (?:add|install|i)|bun add)\s+([^`&|;#]*)/.exec(line) ?? [];
    const wrong = rest
      ?.split(/\s+/)
      .find((word) => !names.has(word) && npm.some(({ name }) => name.endsWith(`/${word}`)));
    const right = npm.filter(({ name }) => wrong !== undefined && name.endsWith(`/${wrong}`));
    if (wrong === undefined || right.length !== 1) return [];
    return [
      {
        rule: "package-name-mismatch",
        severity: "warning" as const,
        message: `installs "${printable(wrong, 60)}", while the package is named "${printable(right[0]?.name ?? "", 80)}"`,
        file,
        line: index + 1,
      },
    ];
  });
}

/** What stands in a manifest until a release writes the version. */
function isPlaceholder(version: string): boolean {
  return version.startsWith("0.0.0") || !/^\d+\.\d+/.test(version);
}

/** Whether whoever asks for one gets the other, by what major versions mean (minor ones below 1). */
function isSameLine(one: string, other: string): boolean {
  const [major, minor] = partsOf(one);
  const [otherMajor, otherMinor] = partsOf(other);
  return major === otherMajor && (major !== 0 || minor === undefined || minor === otherMinor);
}

function compare(one: string, other: string): number {
  const parts = partsOf(one);
  const others = partsOf(other);
  const place = parts.findIndex((part, index) => part !== (others[index] ?? 0));
  return place < 0 ? 0 : (parts[place] ?? 0) - (others[place] ?? 0);
}

function partsOf(version: string): readonly number[] {
  return version.split("-", 1)[0]?.split(".").map(Number) ?? [];
}
