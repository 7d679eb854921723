import type { PackageManager } from "../project/project-facts.ts";

/** A command that makes a fresh checkout one in which tests can run. */
export interface InstallCommand {
  readonly command: string;
  /** Folder from the top of the repository; empty for the top itself. */
  readonly directory: string;
}

/** A version that is safe on a command line. */
const VERSION = /^\d[\w.-]*$/;

/**
 * How the package managers install what a project needs on a machine of GitHub, which has their languages (Python as `actions/setup-python` leaves it). Those that are not named
 * here (Cargo, Go, Maven, Gradle, NuGet) do it when they build. Pure.
 *
 * @param target - folder that the managers' folders are relative to, from the top of the repository
 */
export function installCommands(managers: readonly PackageManager[], target: string): readonly InstallCommand[] {
  return managers.flatMap((manager) => {
    const command = commandFor(manager);
    const directory = [target, manager.directory].filter((part) => part !== "").join("/");
    return command === undefined ? [] : [{ command, directory }];
  });
}

function commandFor({ name, file, version = "" }: PackageManager): string | undefined {
  const lock = file.slice(file.lastIndexOf("/") + 1);
  const exact = VERSION.test(version) ? `@${version}` : "";
  switch (name) {
    case "npm":
      return lock === "package.json" ? "npm install" : "npm ci";
    case "pnpm":
      return `npm install --global pnpm${exact} && pnpm install --frozen-lockfile`;
    case "yarn":
      // Yarn 1 is there; what came later is asked for in package.json, and Corepack gets it.
      return /^(?:1\.|$)/.test(version)
        ? "yarn install --frozen-lockfile"
        : "npm install --global corepack && corepack enable && yarn install --immutable";
    case "bun":
      return `npm install --global bun${exact} && bun install --frozen-lockfile`;
    case "uv":
    case "poetry":
    case "pdm":
      return `python -m pip install ${name} && ${name} ${name === "uv" ? "sync" : "install"}`;
    case "pipenv":
      return "python -m pip install pipenv && pipenv install --dev";
    case "pip":
      if (lock.startsWith("requirements")) return "python -m pip install --requirement requirements.txt";
      return /^(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(lock) ? "python -m pip install --editable ." : undefined;
    case "composer":
      return "composer install --no-interaction";
    case "bundler":
      return "bundle config set --global path ~/bundle && bundle install";
    default:
      return undefined;
  }
}
