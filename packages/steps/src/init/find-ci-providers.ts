/** Where each service of continuous integration looks for its configuration. */
const PROVIDERS: readonly { readonly name: string; readonly file: RegExp }[] = [
  { name: "GitHub Actions", file: /^\.github\/workflows\/[^/]+\.ya?ml$/ },
  { name: "GitLab CI", file: /^\.gitlab-ci\.yml$/ },
  { name: "CircleCI", file: /^\.circleci\/config\.yml$/ },
  { name: "Azure Pipelines", file: /^(?:\.azure-pipelines\/[^/]+|azure-pipelines)\.ya?ml$/ },
  { name: "Bitbucket Pipelines", file: /^bitbucket-pipelines\.yml$/ },
  { name: "Jenkins", file: /^Jenkinsfile$/ },
  { name: "Travis CI", file: /^\.travis\.yml$/ },
  { name: "AppVeyor", file: /^\.?appveyor\.yml$/ },
  { name: "Buildkite", file: /^\.buildkite\/pipeline\.ya?ml$/ },
  { name: "Drone", file: /^\.drone\.yml$/ },
  { name: "Woodpecker", file: /^\.woodpecker(?:\/[^/]+)?\.ya?ml$/ },
  { name: "Cirrus CI", file: /^\.cirrus\.yml$/ },
  { name: "Forgejo Actions", file: /^\.forgejo\/workflows\/[^/]+\.ya?ml$/ },
  { name: "Gitea Actions", file: /^\.gitea\/workflows\/[^/]+\.ya?ml$/ },
];

/** Names of the services of continuous integration that a repository is configured for. Pure. */
export function findCiProviders(files: ReadonlySet<string>): readonly string[] {
  const all = [...files];
  return PROVIDERS.filter(({ file }) => all.some((one) => file.test(one))).map(({ name }) => name);
}
