import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { npmCommand } from "../scripts/bootstrap.mjs";
import { replayProblems } from "../scripts/check-replay.mjs";
import { runProcess } from "../scripts/run-process.mjs";
import { listPublishablePackages, root } from "../scripts/workspace.mjs";

/** The environment of somebody who has nothing to do with this workspace. */
function strangerEnvironment(env) {
  const result = { ...env, CI: "1", NO_COLOR: "1" };
  for (const name of Object.keys(result)) {
    if (
      /^(NODE_PATH|NODE_OPTIONS|INIT_CWD|VITEST.*|npm_(lifecycle|package|command).*|npm_config_(local_prefix|global_prefix|prefix))$/i.test(
        name,
      )
    )
      delete result[name];
  }
  return result;
}

async function must(what, command, args, options) {
  const { code, output } = await runProcess(command, args, options);
  if (code !== 0) throw new Error(`${what} failed with exit code ${code}:\n${output}`);
  return output;
}

/** Packs every publishable package into `directory`; resolves to `{ name, path, tarball }` of each. */
export async function packPublishable(directory, env = process.env) {
  const pnpm = join(root, ".tools", "node_modules", "pnpm", "bin", "pnpm.cjs");
  const packed = [];
  for (const { path, directory: cwd, manifest } of listPublishablePackages()) {
    const destination = join(directory, "tarballs", path.replaceAll("/", "-"));
    mkdirSync(destination, { recursive: true });
    await must(`pnpm pack of ${path}`, process.execPath, [pnpm, "pack", "--pack-destination", destination], {
      cwd,
      env,
    });
    const [file] = readdirSync(destination);
    packed.push({ name: manifest.name, path, tarball: join(destination, file) });
  }
  return packed;
}

/**
 * Installs all tarballs as libraries of an empty project, and the command line tool as a global package with a prefix of its
 * own, both outside the workspace and with plain npm.
 */
export async function installTarballs(packed, directory, env = process.env) {
  const project = join(directory, "project");
  const prefix = join(directory, "prefix");
  mkdirSync(project);
  mkdirSync(prefix);
  const libraries = packed.filter(({ path }) => path.startsWith("packages/"));
  const cli = packed.find(({ path }) => path === "apps/cli");
  // What one tarball needs of another must come from the tarballs too, not from a registry.
  const manifest = {
    name: "empty-project",
    private: true,
    type: "module",
    dependencies: Object.fromEntries(libraries.map(({ name, tarball }) => [name, `file:${tarball}`])),
    overrides: Object.fromEntries(libraries.map(({ name }) => [name, `$${name}`])),
  };
  writeFileSync(join(project, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const [npm, ...first] = npmCommand();
  const stranger = strangerEnvironment(env);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await must("npm install of the libraries", npm, [...first, "install", ...flags], { cwd: project, env: stranger });
  await must("npm install -g of the CLI", npm, [...first, "install", "-g", "--prefix", prefix, ...flags, cli.tarball], {
    cwd: directory,
    env: stranger,
  });
  const globalModules =
    process.platform === "win32" ? join(prefix, "node_modules") : join(prefix, "lib", "node_modules");
  return {
    project,
    libraries: libraries.map(({ name }) => name),
    globalModules,
    commands: process.platform === "win32" ? prefix : join(prefix, "bin"),
  };
}

const EMBEDDED_SCHEDULER = `import { createGraph, createPlan, execute } from "@ai-workflow/scheduler";
const graph = createGraph([
  { id: "lint", durationMs: 2 },
  { id: "test", needs: ["build"], durationMs: 3 },
  { id: "build", durationMs: 5 },
]);
const plan = createPlan(graph, { maxParallel: 2 });
const done = [];
const { ok } = await execute(graph, async ({ id }) => void done.push(id), { plan }).result;
if (!ok || done.length !== 3 || done.indexOf("test") < done.indexOf("build")) throw new Error(done.join());
`;

const CONFIG = `project: { name: smoke }
steps:
  greet:
    run: node -e "console.log('hello from ' + require('fs').readFileSync('name.txt', 'utf8').trim())"
    inputs: ["name.txt"]
  after:
    run: node -e "process.exit(0)"
    needs: [greet]
    inputs: ["name.txt"]
`;

/** What bash does where somebody types `ai-workflow run gr` and the key for completion. */
const COMPLETION = `eval "$(ai-workflow completion bash)"
COMP_LINE="ai-workflow run gr"; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(ai-workflow run gr)
_ai_workflow
printf '%s\\n' "\${COMPREPLY[@]}"
`;

async function smokeCli({ commands }, node, env) {
  const directory = mkdtempSync(join(tmpdir(), "ai-workflow-repository-"));
  const stranger = strangerEnvironment(env);
  stranger.PATH = [dirname(node), commands, env["PATH"] ?? ""].join(delimiter);
  for (const name of Object.keys(stranger)) if (/^(?:GIT_|GITHUB_|CI_)/.test(name)) delete stranger[name];
  const options = { cwd: directory, env: stranger };
  const git = (...args) =>
    must(`git ${args[0]}`, "git", ["-c", "user.name=Smoke", "-c", "user.email=smoke@example.org", ...args], options);
  const command = join(commands, process.platform === "win32" ? "ai-workflow.cmd" : "ai-workflow");
  const aiWorkflow = (...args) => must(`ai-workflow ${args.join(" ")}`, command, args, options);
  const readRun = () => JSON.parse(readFileSync(join(directory, ".workflow", "metrics", "current_run.json"), "utf8"));
  try {
    await git("init", "--quiet");
    writeFileSync(join(directory, "name.txt"), "smoke\n");
    writeFileSync(join(directory, ".workflow-config.yaml"), CONFIG);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "Begin");
    const version = (await aiWorkflow("--version")).trim();
    if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`--version printed ${JSON.stringify(version)}`);
    await aiWorkflow("run");
    const first = readRun();
    if (first.status !== "passed" || first.total_steps !== 2) {
      throw new Error(`the first run was recorded as ${JSON.stringify(first)}`);
    }
    await aiWorkflow("run");
    const second = readRun();
    const problems = replayProblems(second);
    if (problems.length > 0) throw new Error(`the second run did not replay everything: ${problems.join("; ")}`);
    if (process.platform !== "win32") {
      const completed = await must("completion in bash", "bash", ["-c", COMPLETION], options);
      if (completed !== "greet\n") throw new Error(`completion named ${JSON.stringify(completed)}`);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function importScript(name) {
  return `const module = await import(${JSON.stringify(name)});
if (Object.keys(module).length === 0) throw new Error("it exports nothing");
`;
}

async function runScript(text, { project }, node, env) {
  await must("the script", node, ["--input-type=module", "--eval", text], {
    cwd: project,
    env: strangerEnvironment(env),
  });
}

/**
 * What must work in an {@link installTarballs} installation: `{ name, run }`, where `run({ node, env })` resolves to
 * undefined or to what went wrong.
 */
export function smokeChecks(installation) {
  const check = (name, body) => ({
    name,
    run: async ({ node = process.execPath, env = process.env } = {}) => {
      try {
        await body(node, env);
        return undefined;
      } catch (error) {
        return error.message;
      }
    },
  });
  return [
    ...installation.libraries.map((name) =>
      check(`import ${name}`, (node, env) => runScript(importScript(name), installation, node, env)),
    ),
    check("embed the scheduler", (node, env) => runScript(EMBEDDED_SCHEDULER, installation, node, env)),
    check("global ai-workflow on a repository", (node, env) => smokeCli(installation, node, env)),
  ];
}
