import type { PathParts } from "../path-parts.ts";
import type { Rule } from "../rule.ts";

const PROSE = /^(?:md|mdx|markdown|rst|adoc|txt)$/;
const isProse = ({ extension }: PathParts): boolean => PROSE.test(extension);
const PICTURE = /^(?:png|jpe?g|gif|svg|webp|ico|mp4)$/;

/** Files in .github that people, not runs, read. */
const GITHUB_SETTINGS = /^(?:funding|codeowners|settings|sync-repo-settings|config)(?:\.ya?ml)?$/;

/** "What only CI runs", be the folder named after the thing or after who offers it. */
const CI_FOLDER = /^(?:ci|continuous-integration|jenkins|travis|circle|circleci|appveyor|cirrus)$/;

/** Pipelines, what only they run, and the bots that send or close pull requests. */
export const CI: readonly Rule[] = [
  {
    rule: "ci/github",
    category: "ci",
    folders: ".github .gitea .forgejo",
    holds: (parts) => {
      const { name, extension, folders } = parts;
      if ((isProse(parts) && extension !== "txt") || PICTURE.test(extension) || name === ".ds_store") return false;
      const below = folders[folders.findIndex((folder) => /^\.(?:github|gitea|forgejo)$/.test(folder)) + 1];
      if (below === undefined)
        return /^(?:ya?ml|json5?|toml|ignore|txt|sh|js)$/.test(extension) && !GITHUB_SETTINGS.test(name);
      return !/^(?:issue_template|pull_request_template|discussion_template|assets|images|img|screenshots|media|instructions|prompts|agents|chatmodes|skills|docs)$/.test(
        below,
      );
    },
  },
  {
    rule: "ci/provider",
    category: "ci",
    names:
      ".gitlab-ci.yml .gitlab-ci.yaml .travis.yml .travis.yaml appveyor.yml .appveyor.yml appveyor.yaml azure-pipelines.yml azure-pipelines.yaml .azure-pipelines.yml .vsts-ci.yml bitbucket-pipelines.yml " +
      "bitrise.yml codemagic.yaml jenkinsfile .drone.yml .drone.yaml .drone.jsonnet .drone.star .cirrus.yml .cirrus.star .woodpecker.yml .woodpecker.yaml cloudbuild.yaml cloudbuild.yml cloudbuild.json " +
      "buildspec.yml buildspec.yaml circle.yml wercker.yml shippable.yml .shippable.yml codeship-services.yml codeship-steps.yml .build.yml .zuul.yaml zuul.yaml .prow.yaml .packit.yaml .packit.yml .semaphore.yml .scrutinizer.yml " +
      ".sourcehut.yml .hound.yml .lgtm.yml bors.toml .teamcity .bulldozer.yml .policy.yml .sonarcloud.properties .testing-farm.yaml magnum.yml .buildspec.yml .cloudbuild.yaml .cloudbuild.yml .jenkinsfile garnix.yaml buddy.yml screwdriver.yaml hydra.json tekton.yaml .ci-operator.yaml concourse.yml",
  },
  {
    rule: "ci/bot",
    category: "ci",
    names:
      "codecov.yml .codecov.yml codecov.yaml .codecov.yaml .coveralls.yml dependabot.yml dependabot.yaml renovate.json renovate.json5 .renovaterc .renovaterc.json .renovaterc.json5 renovate-config.json " +
      ".mergify.yml .mergify.yaml .pyup.yml .greenkeeper.json greenkeeper.json .doppins.yml .scala-steward.conf .styleci.yml .deepsource.toml .pullapprove.yml .kodiak.toml .lift.toml .sider.yml triagebot.toml",
  },
  {
    rule: "ci/provider-file",
    category: "ci",
    extensions: "yml yaml jenkinsfile groovy jsonnet",
    // azure-pipelines-release.yml, x.gitlab-ci.yml, cloudbuild-prod.yaml, appveyor-mingw.yml
    holds: ({ name, extension, folders }) =>
      extension === "jenkinsfile" ||
      (folders.length === 0 && /^(?:ci|\.ci|pipelines?)\.ya?ml$/.test(name)) ||
      /^(?:\.?azure-pipelines|\.?appveyor|cloudbuild|buildspec|\.travis|\.?gitlab-ci|bitbucket-pipelines|\.cirrus|\.drone)[-_.][\w.-]+\.ya?ml$|[-.]gitlab-ci\.ya?ml$|^jenkinsfile\.groovy$/.test(
        name,
      ),
  },
  {
    rule: "ci/provider-script",
    category: "ci",
    extensions: "sh bash py rb ps1 bat cmd yml yaml js env",
    holds: ({ name }) =>
      /^\.?(?:travis|appveyor|circleci|circle-ci|jenkins|gitlab-ci|github-actions|gha|drone|cirrus|azure-pipelines|buildkite)(?:[-_]ci)?[-_.][\w-]*\.?(?:sh|bash|py|rb|ps1|bat|cmd|ya?ml|js)$|^\.travis-ci\.\w+$/.test(
        name,
      ),
  },
  {
    rule: "ci/workflow-folder",
    category: "ci",
    folders: "workflows",
    holds: (parts) => !isProse(parts) && (parts.folders[parts.folders.indexOf("workflows") - 1] ?? "").startsWith("."),
  },
  {
    rule: "ci/jenkins-file",
    category: "ci",
    extensions: "release pr nightly deploy ci docker prod",
    holds: ({ name }) => name.startsWith("jenkinsfile."),
  },
  {
    rule: "ci/provider-folder",
    category: "ci",
    folders:
      ".circleci .buildkite .gitlab .gitlab-ci .teamcity .woodpecker .azure-pipelines .azuredevops .pipelines .semaphore .tekton .drone .builds .concourse .ci .travis .appveyor .zuul.d zuul.d .jenkins .prow .spacelift .evergreen .expeditor .kokoro .kokoro-autosynth kokoro .cloudbuild ci_scripts azure-pipelines",
    holds: (parts) =>
      !isProse(parts) &&
      !PICTURE.test(parts.extension) &&
      parts.name !== "codeowners" &&
      !/(?:issue|merge_request)_templates/.test(parts.path),
  },
  {
    // "What only CI runs": a folder ci at the top or right below the usual rooms for tools, not in the middle of a program.
    rule: "ci/folder",
    category: "ci",
    folders: "ci continuous-integration jenkins travis circle circleci appveyor cirrus",
    holds: (parts) => {
      if (isProse(parts)) return false;
      const depth = parts.folders.findIndex((folder) => CI_FOLDER.test(folder));
      return (
        (depth === 0 && parts.folders[0] !== "circle" && parts.folders[0] !== "cirrus") ||
        (depth === 1 &&
          /^(?:\.?scripts?|tools?|\.?build|build_tools|hack|dev|eng|contrib|etc|util|utils|support|infra|\.config|test|tests|docker|admin|automation|bin|misc)$/.test(
            parts.folders[0] ?? "",
          ))
      );
    },
  },
];
