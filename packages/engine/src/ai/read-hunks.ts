import { execFile } from "node:child_process";
import type { Hunk } from "@ai-workflow/ai-client";

/** What {@link readHunks} needs. */
export interface ReadHunksOptions {
  /** Absolute path of the target directory. */
  readonly directory: string;
  /** The commit that changes are counted from. */
  readonly baseOid: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A diff larger than this is not read; files are then shown whole. */
const MAX_DIFF_BYTES = 64 * 2 ** 20;

// Settings of the user must not change the format, start programs or leave out files.
const ARGUMENTS = [
  "--no-optional-locks",
  "-c",
  "core.quotePath=true",
  "diff",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-indent-heuristic",
  "--find-renames",
  "--ignore-submodules=all",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--unified=0",
  "--relative",
];

/**
 * What changed inside the files since the base, by path relative to the target. A file that git does not track or takes for binary, and every
 * file where there is no git or its diff cannot be read, is missing: it is then shown whole.
 */
export async function readHunks(options: ReadHunksOptions): Promise<ReadonlyMap<string, readonly Hunk[]>> {
  const { directory, baseOid, environment, signal } = options;
  const { parseUnifiedDiff } = await import("@ai-workflow/ai-client");
  const diff = await new Promise<string | undefined>((resolve) => {
    execFile(
      "git",
      [...ARGUMENTS, baseOid, "--", "."],
      { cwd: directory, env: { ...environment, LC_ALL: "C" }, maxBuffer: MAX_DIFF_BYTES, signal, encoding: "utf8" },
      (error, stdout) => resolve(error === null ? stdout : undefined),
    );
  });
  if (diff === undefined) return new Map();
  try {
    return parseUnifiedDiff(diff);
  } catch {
    return new Map();
  }
}
