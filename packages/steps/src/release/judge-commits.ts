import type { Bump } from "./semver.ts";

/** How far a message says that its commit goes; `undefined` where it asks for no release. By https://www.conventionalcommits.org/en/v1.0.0/. Pure. */
export function bumpOf(message: string): Bump | undefined {
  const [subject = "", ...body] = message.split("\n");
  const [, type, breaks] = /^([a-z]+)(?:\([^()\n]*\))?(!)?: \S/i.exec(subject) ?? [];
  if (type === undefined) return undefined;
  if (breaks !== undefined || body.some((line) => /^BREAKING[ -]CHANGE: \S/.test(line))) return "major";
  switch (type.toLowerCase()) {
    case "feat":
      return "minor";
    case "fix":
    case "perf":
    case "revert":
      return "patch";
    default:
      return undefined;
  }
}

/** The farthest of what the messages ask for. Pure. */
export function farthestBump(messages: readonly string[]): Bump | undefined {
  const bumps = new Set(messages.map((message) => bumpOf(message)));
  return (["major", "minor", "patch"] as const).find((bump) => bumps.has(bump));
}
