/**
 * Gives the page of the CI run that this process is part of, from the variables that GitHub Actions, Gitea and Forgejo, GitLab, Buildkite,
 * CircleCI, Azure Pipelines and Jenkins set; `undefined` outside of them. A login in the URL is left out.
 */
export function ciRunUrl(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const read = (name: string): string => environment[name]?.trim() ?? "";
  const [server, repository, run] = [read("GITHUB_SERVER_URL"), read("GITHUB_REPOSITORY"), read("GITHUB_RUN_ID")];
  const [collection, project, build] = [
    read("SYSTEM_COLLECTIONURI"),
    read("SYSTEM_TEAMPROJECT"),
    read("BUILD_BUILDID"),
  ];
  const candidates = [
    server === "" || repository === "" || run === "" ? "" : `${server}/${repository}/actions/runs/${run}`,
    read("CI_PIPELINE_URL"),
    read("BUILDKITE_BUILD_URL"),
    read("CIRCLE_BUILD_URL"),
    collection === "" || project === "" || build === ""
      ? ""
      : `${collection.replace(/\/+$/u, "")}/${encodeURIComponent(project)}/_build/results?buildId=${build}`,
    read("BUILD_URL"),
  ];
  for (const candidate of candidates) {
    if (!/^https?:\/\//iu.test(candidate) || !URL.canParse(candidate)) continue;
    const url = new URL(candidate);
    url.username = "";
    url.password = "";
    return url.href;
  }
  return undefined;
}
