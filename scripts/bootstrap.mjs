import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { runProcess } from "./run-process.mjs";
import { listWorkspacePackages, root } from "./workspace.mjs";

const TOOLS = join(root, ".tools");
const STAMP = join(root, "node_modules", ".installed-for");

/** Why the set-up stopped, for people: printed without a stack. Exit code 2 is for what the user has to bring first. */
export class SetupError extends Error {
  constructor(message, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The program and first arguments that start npm: the one that started us, or the one on the PATH. */
export function npmCommand() {
  const path = process.env["npm_execpath"];
  if (path !== undefined && /npm-cli\.c?js$/.test(path) && existsSync(path)) return [process.execPath, path];
  const beside = join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  if (process.platform === "win32" && existsSync(beside)) return [process.execPath, beside];
  return ["npm"];
}

function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The environment for every program of the set-up: the pinned pnpm first on the PATH, no telemetry, and caches inside
 * `.tools` where the home folder cannot be written.
 */
function setupEnvironment(env = process.env, home = homedir()) {
  const result = {
    ...env,
    PATH: [join(TOOLS, "node_modules", ".bin"), dirname(process.execPath), env["PATH"] ?? ""].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_DAEMON: "false",
    DO_NOT_TRACK: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
  };
  // npm names its own lifecycle here; a nested package manager must not take it for its own.
  for (const name of Object.keys(result)) {
    if (/^npm_(lifecycle|package|command$|config_(local_prefix|global_prefix|prefix$))/i.test(name))
      delete result[name];
  }
  if (!isWritable(home)) {
    result["npm_config_cache"] ??= join(TOOLS, "home", "npm");
    result["npm_config_store_dir"] ??= join(TOOLS, "home", "pnpm-store");
    result["XDG_CACHE_HOME"] ??= join(TOOLS, "home", "cache");
    result["XDG_STATE_HOME"] ??= join(TOOLS, "home", "state");
    result["XDG_DATA_HOME"] ??= join(TOOLS, "home", "data");
  }
  return result;
}

async function step(label, command, args, env) {
  const startedAt = performance.now();
  const { code, output } = await runProcess(command, args, { cwd: root, env });
  if (code !== 0) {
    process.stderr.write(output.endsWith("\n") || output === "" ? output : `${output}\n`);
    throw new SetupError(`${label} failed with exit code ${code}; its output is above.`, 1);
  }
  console.log(`setup: ${label} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}

async function requireGit(env) {
  const { code } = await runProcess("git", ["--version"], { cwd: root, env });
  if (code !== 0) {
    throw new SetupError(
      "git was not found: the workflow reads from it what has changed. Install git, make sure it is on the PATH, and run the command again.",
    );
  }
}

async function bringPnpm(env) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = packageManager.replace(/^pnpm@/, "").replace(/\+.*$/, "");
  const home = join(TOOLS, "node_modules", "pnpm");
  const entry = join(home, "bin", "pnpm.cjs");
  const isThere = () => {
    try {
      return existsSync(entry) && JSON.parse(readFileSync(join(home, "package.json"), "utf8")).version === version;
    } catch {
      return false;
    }
  };
  if (!isThere()) {
    mkdirSync(TOOLS, { recursive: true });
    const [npm, ...first] = npmCommand();
    if (first.length === 0 && (await runProcess(npm, ["--version"], { cwd: root, env })).code !== 0) {
      throw new SetupError(
        "npm was not found: it brings the package manager of this repository. Install it (it comes with Node), and run the command again.",
      );
    }
    const flags = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    await step(
      `pnpm ${version} into .tools`,
      npm,
      [...first, "install", "--prefix", TOOLS, ...flags, `pnpm@${version}`],
      env,
    );
    if (!isThere())
      throw new SetupError(
        `npm reported success, but pnpm ${version} is not in ${TOOLS}; remove that folder and try again.`,
      );
  }
  return { version, entry };
}

/** SHA-256 over all that decides what an install brings. */
function installKey(pnpmVersion) {
  const hash = createHash("sha256");
  const paths = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"];
  for (const { path } of listWorkspacePackages()) paths.push(`${path}/package.json`);
  hash.update(`${pnpmVersion} ${process.platform} ${process.arch}\n`);
  for (const path of paths) {
    const bytes = readFileSync(join(root, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

function isInstalled(key) {
  try {
    if (readFileSync(STAMP, "utf8").trim() !== key) return false;
  } catch {
    return false;
  }
  return listWorkspacePackages().every(({ directory, manifest }) => {
    const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    return direct.every((name) => existsSync(join(directory, "node_modules", ...name.split("/"))));
  });
}

/** Runs turbo with our terminal or quietly; resolves to `{ code, output }`. */
export function runTurbo(args, { env, output }) {
  const entry = join(root, "node_modules", "turbo", "bin", "turbo");
  return runProcess(process.execPath, [entry, ...args], { cwd: root, env, output });
}

/**
 * Brings the checkout to the point where everything can run: git is there, the pinned pnpm in `.tools`, the dependencies of
 * the frozen lockfile installed and, unless `build: false`, everything built. What is already in step is left alone.
 * Resolves to the environment for further programs.
 */
export async function bootstrap({ build = true } = {}) {
  const env = setupEnvironment();
  await requireGit(env);
  const pnpm = await bringPnpm(env);
  const key = installKey(pnpm.version);
  if (!isInstalled(key)) {
    // A purge of an out-of-step node_modules must not stop to ask, and NODE_ENV=production must not leave the tools out.
    const flags = ["--frozen-lockfile", "--prod=false", "--config.confirmModulesPurge=false"];
    await step("dependencies installed", process.execPath, [pnpm.entry, "install", ...flags], env);
    writeFileSync(STAMP, `${key}\n`);
  }
  if (build) {
    const startedAt = performance.now();
    const { code, output } = await runTurbo(["run", "build", "--output-logs=errors-only"], { env });
    if (code !== 0) {
      process.stderr.write(output);
      throw new SetupError(`The build failed with exit code ${code}; its output is above.`, 1);
    }
    const cached = /Cached:\s+(\d+) cached, (\d+) total/.exec(output);
    const count = cached ? Number(cached[2]) - Number(cached[1]) : undefined;
    const built = count === 0 ? "everything is built" : `built ${count ?? "all"} of ${cached?.[2] ?? "all"} packages`;
    console.log(`setup: ${built} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  return env;
}

/** Runs `work` and turns a {@link SetupError} into its message and exit code. */
export async function reportingSetupErrors(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}
