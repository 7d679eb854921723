import { execFileSync } from "node:child_process";
import { namesIn } from "@ai-workflow/pipeline-stages";
import { CATEGORIES } from "../config/config.ts";
import type { WorkflowStage } from "../config/workflow.ts";
import type { StageFacts } from "../selection/untriggered-stages.ts";

/** How long git may take to name the branch, in milliseconds. */
const GIT_LIMIT_MS = 10_000;

/** Where CI providers name the branch that is built; of a pull request its own, not its target. Each is documented by its provider. */
const BRANCH_VARIABLES = [
  "GITHUB_HEAD_REF",
  "GITHUB_REF_NAME",
  "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
  "CI_COMMIT_BRANCH",
  "BITBUCKET_BRANCH",
  "SYSTEM_PULLREQUEST_SOURCEBRANCH",
  "BUILD_SOURCEBRANCHNAME",
  "BUILDKITE_BRANCH",
  "CIRCLE_BRANCH",
  "CHANGE_BRANCH",
  "BRANCH_NAME",
  "DRONE_SOURCE_BRANCH",
  "DRONE_BRANCH",
  "CIRRUS_BRANCH",
  "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH",
  "APPVEYOR_REPO_BRANCH",
  "TRAVIS_PULL_REQUEST_BRANCH",
  "TRAVIS_BRANCH",
] as const;

/** What {@link readStageFacts} looks at. */
export interface StageFactsInput {
  readonly stages: readonly WorkflowStage[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Categories of the changed files; `undefined` where nobody knows what changed. */
  readonly changed: ReadonlySet<string> | undefined;
}

/**
 * Finds what the triggers of stages ask about. Where it is not known what changed, every category counts as changed. `branch` is empty on a
 * detached HEAD that no CI provider names, and not known where git cannot say; git is asked only when a trigger asks.
 */
export function readStageFacts({ stages, directory, environment, changed }: StageFactsInput): StageFacts {
  const asked = new Set(stages.flatMap(({ when }) => (when === undefined ? [] : namesIn(when).facts)));
  const branch = asked.has("branch")
    ? (branchOfProvider(environment) ?? branchOfGit(directory, environment))
    : undefined;
  return {
    changed: changed ?? new Set(CATEGORIES),
    environment: new Map<string, boolean | string>([
      ["ci", isCi(environment)],
      ...(branch === undefined ? [] : [["branch", branch] as const]),
    ]),
  };
}

function isCi({ CI: value = "" }: Readonly<Record<string, string | undefined>>): boolean {
  return !["", "0", "false"].includes(value.toLowerCase());
}

function branchOfProvider(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  // A shell may have such variables of its own, a tag has the same one.
  if (!isCi(environment) || environment["GITHUB_REF_TYPE"] === "tag") return undefined;
  for (const name of BRANCH_VARIABLES) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value.replace(/^refs\/heads\//, "");
  }
  return undefined;
}

function branchOfGit(directory: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  try {
    const name = execFileSync("git", ["symbolic-ref", "--quiet", "--short", "HEAD"], {
      cwd: directory,
      env: { ...environment, GIT_OPTIONAL_LOCKS: "0" },
      encoding: "utf8",
      timeout: GIT_LIMIT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return name.trimEnd();
  } catch (error) {
    // With 1 it says that HEAD is no branch.
    return (error as { readonly status?: unknown }).status === 1 ? "" : undefined;
  }
}
