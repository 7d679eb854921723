import type { InitFacts } from "./describe-repository.ts";
import { installCommands } from "./install-commands.ts";

/** Where the workflow stands, from the top of the repository. */
export const GITHUB_WORKFLOW_FILE = ".github/workflows/ai-workflow.yml";

/** Actions by commit, which nobody can move; the comment is the version that Dependabot and Renovate go by. */
const CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0";
const SETUP_NODE = "actions/setup-node@2028fbc5c25fe9cf00d9f06a71cc4710d4507903 # v6.0.0";
const SETUP_PYTHON = "actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0";
const CACHE = "0057852bfaa89a56745cba8c7296529d2fc39830 # v4.3.0";

/** What one job hands on to the next; docs/ci-cache.md says why these and no logs. */
const KEPT = ["results", "ai-cache", "metrics/history.jsonl", "ml"];

const KEY = "ai-workflow-${{ runner.os }}-";

/** What the workflow rests on beside the facts. */
export interface GithubWorkflowOptions {
  /** Folder of the configuration from the top of the repository; empty for the top itself. */
  readonly target: string;
  /** Branch whose pushes are checked and fill the caches. */
  readonly branch: string;
  /** Version of the command line tool. */
  readonly version: string;
}

/** The text of a workflow of GitHub Actions that checks pushes and pull requests. Pure. */
export function renderGithubWorkflow(
  { project }: Pick<InitFacts, "project">,
  { target, branch, version }: GithubWorkflowOptions,
): string {
  const state = KEPT.map((part) => `            ${target === "" ? "" : `${target}/`}.workflow/${part}`).join("\n");
  const install = installCommands(project.packageManagers, target);
  const place = target === "" ? [] : [`        working-directory: ${JSON.stringify(target)}`];
  const lines = [
    "# Written by `ai-workflow init --ci github`.",
    "name: ai-workflow",
    "on:",
    "  push:",
    `    branches: [${JSON.stringify(branch)}]`,
    "  pull_request:",
    "permissions:",
    "  contents: read",
    "concurrency:",
    "  group: ai-workflow-${{ github.ref }}",
    "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}",
    "jobs:",
    "  check:",
    "    runs-on: ubuntu-latest",
    "    timeout-minutes: 30",
    "    steps:",
    `      - uses: ${CHECKOUT}`,
    "        with:",
    "          # What changed is told by comparing with earlier commits.",
    "          fetch-depth: 0",
    "          persist-credentials: false",
    `      - uses: ${SETUP_NODE}`,
    "        with:",
    "          node-version: lts/*",
    // The Python of the machine itself installs nothing.
    ...(project.packages.some(({ ecosystem }) => ecosystem === "python")
      ? [`      - uses: ${SETUP_PYTHON}`, "        with:", '          python-version: "3.x"']
      : []),
    ...install.flatMap(({ command, directory }) => [
      `      - run: ${JSON.stringify(command)}`,
      ...(directory === "" ? [] : [`        working-directory: ${JSON.stringify(directory)}`]),
    ]),
    "      # Pull requests read what the branch has kept, and keep nothing themselves.",
    `      - uses: actions/cache/restore@${CACHE}`,
    "        with:",
    `          key: ${KEY}\${{ github.run_id }}-\${{ github.run_attempt }}`,
    `          restore-keys: ${KEY}`,
    "          path: |",
    state,
    `      - run: npx --yes @ai-workflow/cli@${version} run`,
    ...place,
    `      - uses: actions/cache/save@${CACHE}`,
    "        if: ${{ !cancelled() && github.event_name == 'push' }}",
    "        with:",
    `          key: ${KEY}\${{ github.run_id }}-\${{ github.run_attempt }}`,
    "          path: |",
    state,
  ];
  return `${lines.join("\n")}\n`;
}
