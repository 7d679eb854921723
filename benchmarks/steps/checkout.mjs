import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

/** Commits that the branch is ahead of its base, so that steps which look at the change have one of some size. */
const AHEAD = 10;

/**
 * Clones a repository, makes a branch of its last commits, and replaces its configuration by the standard pipeline without commands of
 * the repository's own. Gives how many commits the branch has and how many files they change.
 * @param {{ readonly source: string, readonly directory: string, readonly configuration: string,
 *   readonly environment: Record<string, string> }} options
 */
export function createCheckout({ source, directory, configuration, environment }) {
  const git = (...args) =>
    execFileSync("git", args, {
      cwd: directory,
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  execFileSync("git", ["clone", "--quiet", "--no-local", "--depth", String(AHEAD + 1), `file://${source}`, directory], {
    env: environment,
    stdio: ["ignore", "ignore", "pipe"],
  });
  // The oldest commit that a shallow clone has is its first one.
  const commits = git("rev-list", "--first-parent", "HEAD").trim().split("\n");
  const base = commits[Math.min(AHEAD, commits.length - 1)];
  git("checkout", "--quiet", "-B", "measured");
  git("update-ref", "refs/heads/main", base);
  git("remote", "remove", "origin");
  writeFileSync(path.join(directory, ".workflow-config.yaml"), configuration);
  git("add", "--all");
  git(
    "-c",
    "user.name=Benchmark",
    "-c",
    "user.email=benchmark@example.org",
    "commit",
    "--quiet",
    "-m",
    "Standard pipeline",
  );
  const files = git("diff", "--name-only", "main", "HEAD").trim().split("\n").length;
  return { commits: git("rev-list", "--count", "--first-parent", "main..HEAD").trim(), files, git };
}
