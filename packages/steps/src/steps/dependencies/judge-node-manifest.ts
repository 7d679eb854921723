import type { Finding } from "@ai-workflow/engine";
import type { NodeManifest } from "./node-manifest.ts";

/** A git reference that always means the same: a commit, a version as a tag, or a range of tags. */
const PINNED =
  /#(?:[0-9a-f]{7,40}|semver:.+|commit[=:].+|tag=.+|refs\/tags\/.+|(?:[\w.-]*[v@/_-])?\d+\.\d+(?:\.\d+)?[\w.+-]*)$/i;
const GIT =
  /^(?:git(?:\+\w+)?:|github:|gitlab:|bitbucket:|gist:|[\w.-]+\/[\w.-]+(?:#.*)?$|https?:\/\/[^ ]+\.git(?:#.*)?$|https?:\/\/(?:github|gitlab)\.com\/[^/ ]+\/[^/ #]+(?:#.*)?$|git@)/;
const PLAIN = /^(?:git\+)?http:\/\//;
/** What an address over TLS leads to is still another thing tomorrow where it names a branch. */
const BRANCH =
  /^https:\/\/(?:github\.com|codeload\.github\.com)\/[^ ]+\/(?:tarball|tar\.gz|archive)\/(?:refs\/heads\/)?(?:master|main|develop|HEAD)(?:\.tar\.gz|\.zip)?$/;

/** What is wrong within one `package.json`. */
export function judgeNodeManifest(file: string, text: string, { groups }: NodeManifest): readonly Finding[] {
  const findings: Finding[] = [];
  const lineOf = (group: string, name: string): number | undefined => lineOfKey(text, group, name);
  for (const { name, range } of groups.devDependencies) {
    const other = groups.dependencies.find((one) => one.name === name);
    if (other === undefined) continue;
    const isSame = other.range === range;
    findings.push({
      rule: "declared-twice",
      severity: "warning",
      message: `${quote(name)} is in \`dependencies\` and in \`devDependencies\`${isSame ? "" : `, with other versions (${quote(other.range)}, ${quote(range)})`}`,
      file,
      line: lineOf("devDependencies", name),
      suggestion: "keep the one in `dependencies`, which is installed in any case",
    });
  }
  for (const group of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
    for (const { name, range } of groups[group]) {
      const message = describeSource(range);
      if (message === undefined) continue;
      const line = lineOf(group, name);
      findings.push({ rule: "unpinned-source", severity: "warning", message: `${quote(name)} ${message}`, file, line });
    }
  }
  return findings;
}

function describeSource(range: string): string | undefined {
  if (PLAIN.test(range)) return "comes over plain HTTP, where anybody on the way can change it";
  if (BRANCH.test(range)) return "comes from a branch, which changes without notice; name a commit or a tag";
  if (!GIT.test(range) || PINNED.test(range)) return undefined;
  if (range.startsWith("git://")) return "comes over the git protocol, which has no encryption, from no fixed commit";
  return "comes from git without a commit or a tag, and changes without notice";
}

/** The line of a name within a group, counted from 1. */
function lineOfKey(text: string, group: string, name: string): number | undefined {
  const from = text.search(new RegExp(`"${group}"\\s*:\\s*\\{`));
  const at = from === -1 ? -1 : text.indexOf(JSON.stringify(name), from + group.length + 2);
  return at === -1 ? undefined : text.slice(0, at).split("\n").length;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
