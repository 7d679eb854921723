/** A version without anything behind its three numbers. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** How far a release goes. */
export type Bump = "major" | "minor" | "patch";

/** Reads `1.2.3`, also with `v` before it; `undefined` for what is no release, such as `1.2.3-beta`. Pure. */
export function parseVersion(text: string | undefined): Version | undefined {
  const [, major, minor, patch] = /^v?(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text ?? "") ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** Writes it as `1.2.3`. Pure. */
export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** Less than 0 where the first is the earlier one, 0 where they are the same. Pure. */
export function compareVersions(one: Version, other: Version): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch;
}

/**
 * The version after one. Before 1.0.0 what breaks raises the second number, as https://semver.org/#spec-item-4 allows and npm's and
 * Cargo's ranges mean it. Pure.
 */
export function nextVersion({ major, minor, patch }: Version, bump: Bump): Version {
  if (bump === "patch") return { major, minor, patch: patch + 1 };
  return bump === "minor" || major === 0
    ? { major, minor: minor + 1, patch: 0 }
    : { major: major + 1, minor: 0, patch: 0 };
}
