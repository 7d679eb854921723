import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import type { Folder } from "../folder.ts";
import { isForeign } from "../folder.ts";
import type { Purpose, TestRunner } from "../project-facts.ts";
import { asTable, parseJsonTable, scriptsOf, textsOf, valueAt, type Table } from "../read-data.ts";
import { shellWord } from "../shell-word.ts";
import { commandsOf, lastCommandOf, resolveScript, runnerOfScript } from "./node-scripts.ts";

/** A package manager, and how it is asked for things. */
interface Manager {
  readonly name: string;
  readonly locks: readonly string[];
  readonly run: (script: string) => string;
  /** Between a script's name and arguments for it. */
  readonly beforeArguments: string;
  /** Runs a program of the packages that are installed, and never gets one. */
  readonly exec: string;
  /** Runs a script of all packages of the workspace that have it. */
  readonly everywhere: (script: string) => string;
}

const NPM: Manager = {
  name: "npm",
  locks: ["package-lock.json", "npm-shrinkwrap.json"],
  run: (script) => (script === "test" ? "npm test" : `npm run ${shellWord(script)}`),
  beforeArguments: " --",
  exec: "npx --no-install",
  everywhere: (script) => `npm run ${shellWord(script)} --workspaces --if-present`,
};

const MANAGERS: readonly Manager[] = [
  {
    name: "pnpm",
    locks: ["pnpm-lock.yaml"],
    run: (script) => (script === "test" ? "pnpm test" : `pnpm run ${shellWord(script)}`),
    beforeArguments: "",
    exec: "pnpm exec",
    everywhere: (script) => `pnpm --recursive --if-present run ${shellWord(script)}`,
  },
  {
    name: "yarn",
    locks: ["yarn.lock"],
    run: (script) => (script === "test" ? "yarn test" : `yarn run ${shellWord(script)}`),
    beforeArguments: "",
    exec: "yarn run",
    everywhere: (script) => `yarn workspaces foreach --all run ${shellWord(script)}`,
  },
  {
    name: "bun",
    locks: ["bun.lock", "bun.lockb"],
    run: (script) => `bun run ${shellWord(script)}`,
    beforeArguments: "",
    exec: "bunx --no-install",
    everywhere: (script) => `bun run --filter '*' ${shellWord(script)}`,
  },
  NPM,
];

const SCRIPT_NAMES: Readonly<Record<Purpose, readonly string[]>> = {
  test: ["test", "tests", "test:unit", "test:run", "unit"],
  lint: ["lint", "lint:check", "check:lint", "eslint"],
  "type-check": ["typecheck", "type-check", "check-types", "types:check", "check:types", "typescript", "tsc", "types"],
  build: ["build", "compile"],
  docs: ["docs:build", "build:docs", "build-docs", "docs"],
};

/** What runs the tests of packages that name no script for it, by what they depend on. */
const RUNNERS: readonly (readonly [string, string, TestRunner])[] = [
  ["vitest", "vitest run", "vitest"],
  ["jest", "jest", "jest"],
  ["mocha", "mocha", "mocha"],
  ["ava", "ava", "ava"],
];

const LINTERS: readonly (readonly [RegExp, string, string])[] = [
  [/^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.[a-z]+)?)$/, "eslint", "eslint ."],
  [/^biome\.jsonc?$/, "@biomejs/biome", "biome check ."],
  [/^\.oxlintrc\.json$/, "oxlint", "oxlint"],
];

/** Packages of npm, pnpm, Yarn and Bun. */
export const node: EcosystemReader = {
  ecosystem: "node",
  isManifest: (name) => name === "package.json",
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const manifest = parseJsonTable(folder.text("package.json"));
  const { manager, ...found } = findManager(folder, manifest);
  const dependencies = new Set(
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((key) =>
      Object.keys(asTable(manifest[key])),
    ),
  );
  const scripts = scriptsOf(manifest);
  return {
    packageManagers: [found],
    packages: [{ file: "package.json", dependencies }],
    commands: [
      ...namedCommands(scripts, manager),
      ...workspaceCommands(folder, manifest, manager),
      ...customs(folder, dependencies, manager),
    ],
  };
}

function findManager(
  folder: Folder,
  manifest: Table,
): { readonly manager: Manager; readonly name: string; readonly file: string; readonly version?: string } {
  const [asked] = textsOf(manifest["packageManager"]);
  const [, name, version] = /^(npm|pnpm|yarn|bun)@([\w.-]+)/.exec(asked ?? "") ?? [];
  const named = MANAGERS.find((one) => one.name === name);
  if (named !== undefined && version !== undefined) {
    return { manager: named, name: named.name, file: "package.json", version };
  }
  for (const manager of MANAGERS) {
    const lock = folder.first(...manager.locks);
    if (lock !== undefined) return { manager, name: manager.name, file: lock };
  }
  const [fromEngines] = textsOf(valueAt(manifest, "devEngines", "packageManager", "name"));
  const manager = MANAGERS.find((one) => one.name === fromEngines) ?? NPM;
  return { manager, name: manager.name, file: "package.json" };
}

/** `npm init` writes a test script that says there are no tests. */
function isNone(script: string | undefined): boolean {
  if (script === undefined || /no tests? specified/i.test(script)) return true;
  return commandsOf(script).every((command) => /^(?:echo\b.*|exit \d+|true|:)$/s.test(command));
}

/** What serves or watches does not end. */
const ENDLESS = /(?:^|\s)(?:--watch|-w)(?=\s|$)|^\S+ (?:serve|dev|start)\b|^\S+-dev-server\b/;

function namedCommands(scripts: ReadonlyMap<string, string>, manager: Manager): readonly FoundCommand[] {
  return Object.entries(SCRIPT_NAMES).flatMap(([purpose, names]): readonly FoundCommand[] => {
    const name = names.find((one) => !isNone(scripts.get(one)));
    const text = scripts.get(name ?? "");
    if (name === undefined || text === undefined || ENDLESS.test(lastCommandOf(text))) return [];
    const command = manager.run(name);
    const found = {
      purpose: purpose as Purpose,
      command,
      file: "package.json",
      because: `its script "${name}"`,
      isNamed: true,
    };
    return [purpose === "test" ? withRunner(found, resolveScript(scripts, name), manager) : found];
  });
}

function withRunner(found: FoundCommand, script: string, { beforeArguments }: Manager): FoundCommand {
  const { runner, takesArguments } = runnerOfScript(script);
  // This one watches for ever, on build machines too.
  const command = /\bng test\b/.test(script) ? `${found.command}${beforeArguments} --watch=false` : found.command;
  return {
    ...found,
    command,
    ...(runner === undefined ? {} : { runner }),
    ...(runner !== undefined && takesArguments ? { withArguments: found.command + beforeArguments } : {}),
  };
}

/** Scripts that only the packages of the workspace have. */
function workspaceCommands(folder: Folder, manifest: Table, manager: Manager): readonly FoundCommand[] {
  if (manifest["workspaces"] === undefined && !folder.has("pnpm-workspace.yaml")) return [];
  const members = folder.files.filter((file) => file.endsWith("/package.json") && !isForeign(file));
  const names = new Set(
    members.flatMap((file) =>
      [...scriptsOf(parseJsonTable(folder.text(file)))].filter(([, text]) => !isNone(text)).map(([name]) => name),
    ),
  );
  return Object.entries(SCRIPT_NAMES).flatMap(([purpose, [name = ""]]) =>
    names.has(name)
      ? [
          {
            purpose: purpose as Purpose,
            command: manager.everywhere(name),
            file: "package.json",
            because: `the script "${name}" of packages of its workspace`,
            isNamed: true,
          },
        ]
      : [],
  );
}

/** What is done in packages that name no script for it. */
function customs(folder: Folder, dependencies: ReadonlySet<string>, { exec }: Manager): readonly FoundCommand[] {
  const commands: FoundCommand[] = [];
  for (const [dependency, program, runner] of RUNNERS) {
    if (!dependencies.has(dependency)) continue;
    const command = `${exec} ${program}`;
    commands.push({
      purpose: "test",
      command,
      file: "package.json",
      because: `it depends on ${dependency}`,
      runner,
      withArguments: command,
    });
  }
  if (commands.length === 0) {
    const test = folder.files.find(
      (file) =>
        /(?:^|[./])test\.[cm]?js$|(?:^|\/)test\/[^/]*\.[cm]?js$/.test(file) &&
        !isForeign(file) &&
        /["']node:test["']/.test(folder.text(file)),
    );
    if (test !== undefined) {
      const command = "node --test";
      commands.push({
        purpose: "test",
        command,
        file: test,
        because: "it imports node:test",
        runner: "node:test",
        withArguments: command,
      });
    }
  }
  for (const [config, dependency, program] of LINTERS) {
    const file = folder.files.find((one) => config.test(one));
    if (file === undefined || !dependencies.has(dependency)) continue;
    commands.push({ purpose: "lint", command: `${exec} ${program}`, file, because: `it configures ${dependency}` });
  }
  // A project of references has no files of its own, so that the command would check nothing.
  if (
    dependencies.has("typescript") &&
    folder.has("tsconfig.json") &&
    !/"references"/.test(folder.text("tsconfig.json"))
  ) {
    commands.push({
      purpose: "type-check",
      command: `${exec} tsc --noEmit`,
      file: "tsconfig.json",
      because: "it configures TypeScript",
    });
  }
  return commands;
}
