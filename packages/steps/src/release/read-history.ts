import { createGitReader } from "../git/create-git-reader.ts";
import { compareVersions, parseVersion, type Version } from "./semver.ts";

/** The last release that HEAD contains, and what came after it. */
export interface ReleaseHistory {
  readonly tag: string;
  readonly version: Version;
  /** Whole messages of the commits since, the newest first. */
  readonly messages: readonly string[];
}

/** Reads tags of versions (`v1.2.3`, `1.2.3`) and the commits behind the highest; `undefined` where there is none, or no git. */
export async function readReleaseHistory(directory: string): Promise<ReleaseHistory | undefined> {
  const ask = createGitReader(directory);
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const end = await ask(args);
    return end.status === "ended" && end.code === 0 ? end.stdout : undefined;
  };
  const tags = (await git("tag", "--merged", "HEAD")) ?? "";
  const last = tags
    .split("\n")
    .flatMap((tag) => {
      const version = parseVersion(tag);
      return version === undefined ? [] : [{ tag, version }];
    })
    .toSorted((one, other) => compareVersions(other.version, one.version))[0];
  if (last === undefined) return undefined;
  const log = await git("log", "-z", "--format=%B", "--end-of-options", `refs/tags/${last.tag}..HEAD`, "--");
  return log === undefined
    ? undefined
    : { ...last, messages: log.split("\0").filter((message) => message.trim() !== "") };
}
