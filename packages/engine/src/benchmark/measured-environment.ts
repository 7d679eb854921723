import { withoutGitLocation } from "./git-runner.ts";

/** Files through which a step speaks to the job of GitHub Actions it runs in. */
const JOB_FILES = ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] as const;

/**
 * The environment for what is measured in a copy or a worktree: git finds the repository there, what is written for the job around goes
 * nowhere, because dozens of runs are not one, and no traces are exported.
 */
export function measuredEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const redirected = JOB_FILES.filter((name) => environment[name] !== undefined).map((name) => [name, "/dev/null"]);
  return {
    ...withoutGitLocation(environment),
    ...(Object.fromEntries(redirected) as Record<string, string>),
    OTEL_SDK_DISABLED: "true",
  };
}
