import { readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/**
 * A program that runs workflows.
 * @typedef {object} Subject
 * @property {string} name
 * @property {string} version
 * @property {(steps: readonly import("./workflows.mjs").Step[]) => Record<string, unknown>} files Its configuration.
 * @property {(options: { slots: number, force?: boolean }) => string[]} command `force` runs every step, whatever is known.
 * @property {(slots: number) => Record<string, string>} [environment] Beside what all get.
 * @property {(directory: string) => void} [link] Puts it into the repository, as an installation would.
 * @property {boolean} learns Whether it keeps how long steps took.
 * @property {readonly string[]} state Where it keeps what it knows, relative to the repository.
 */

const packageOf = (id) => `@example/${id}`;

/** What all peers that know workspaces of npm need: a package a step. */
function workspaceFiles(steps, script = ({ run }) => run, more = () => ({})) {
  const packages = steps.map((step) => [
    `packages/${step.id}/package.json`,
    {
      name: packageOf(step.id),
      version: "1.0.0",
      private: true,
      scripts: { step: script(step) },
      dependencies: Object.fromEntries(step.needs.map((need) => [packageOf(need), "1.0.0"])),
      ...more(step),
    },
  ]);
  return Object.fromEntries(packages);
}

const root = { name: "example", version: "1.0.0", private: true, workspaces: ["packages/*"] };

/** A lock file as `npm install` would write it for packages that have no others. */
function lockFile(steps) {
  const own = steps.flatMap(({ id, needs }) => {
    const dependencies = Object.fromEntries(needs.map((need) => [packageOf(need), "1.0.0"]));
    return [
      [`packages/${id}`, { name: packageOf(id), version: "1.0.0", dependencies }],
      [`node_modules/${packageOf(id)}`, { resolved: `packages/${id}`, link: true }],
    ];
  });
  return { ...root, lockfileVersion: 3, requires: true, packages: { "": root, ...Object.fromEntries(own) } };
}

/** @param {string} cli @returns {Subject} */
export function ownSubject(cli) {
  return {
    name: "ai-workflow",
    version: JSON.parse(readFileSync(path.join(path.dirname(cli), "../package.json"), "utf8")).version,
    files: (steps) => ({
      ".workflow-config.yaml": [
        "project: { name: example }",
        "steps:",
        ...steps.flatMap(({ id, run, needs }) => [
          `  ${id}:`,
          `    run: ${JSON.stringify(run)}`,
          `    inputs: ["packages/${id}/**"]`,
          ...(needs.length === 0 ? [] : [`    needs: [${needs.join(", ")}]`]),
        ]),
        "",
      ].join("\n"),
    }),
    command: ({ slots, force = false }) => [
      process.execPath,
      cli,
      "run",
      ...(force ? ["--force"] : []),
      ...(slots === undefined ? [] : ["--concurrency", String(slots)]),
    ],
    learns: true,
    state: [".workflow"],
  };
}

/** The peers that were installed into `folder`. @returns {Subject[]} */
export function peerSubjects(folder) {
  const modules = path.join(folder, "node_modules");
  const version = (name) => JSON.parse(readFileSync(path.join(modules, name, "package.json"), "utf8")).version;
  const link = (directory) => {
    rmSync(path.join(directory, "node_modules"), { recursive: true, force: true });
    symlinkSync(modules, path.join(directory, "node_modules"));
  };
  const bin = (name) => path.join("node_modules/.bin", name);
  const peers = [
    {
      name: "turbo",
      files: (steps) => ({
        ...workspaceFiles(steps),
        "package.json": { ...root, packageManager: "npm@10.8.2" },
        "package-lock.json": lockFile(steps),
        "turbo.json": { tasks: { step: { dependsOn: ["^step"], inputs: ["src/**"], outputs: [] } } },
      }),
      command: ({ slots, force = false }) => [
        bin("turbo"),
        "run",
        "step",
        `--concurrency=${slots}`,
        ...(force ? ["--force"] : []),
      ],
      environment: () => ({ TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1" }),
      state: [".turbo", "node_modules/.cache/turbo"],
      learns: false,
    },
    {
      name: "nx",
      files: (steps) => ({
        // Commands of its own runner: faster for it than scripts, each of which it starts through npm.
        ...workspaceFiles(
          steps,
          ({ run }) => run,
          ({ run }) => ({
            nx: { targets: { step: { executor: "nx:run-commands", options: { command: run } } } },
          }),
        ),
        "package.json": root,
        "package-lock.json": lockFile(steps),
        "nx.json": {
          targetDefaults: { step: { cache: true, dependsOn: ["^step"], inputs: ["{projectRoot}/src/**"] } },
          analytics: false,
        },
      }),
      command: ({ slots, force = false }) => [
        bin("nx"),
        "run-many",
        "-t",
        "step",
        `--parallel=${slots}`,
        "--outputStyle=static",
        ...(force ? ["--skip-nx-cache"] : []),
      ],
      // Without its background process, whose CPU time could not be told.
      environment: () => ({ NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true", CI: "true" }),
      state: [".nx"],
      learns: true,
    },
    {
      name: "wireit",
      files: (steps) => ({
        ...workspaceFiles(
          steps,
          () => "wireit",
          ({ run, needs }) => ({
            wireit: {
              step: {
                command: run,
                files: ["src/**"],
                output: [],
                dependencies: needs.map((need) => `../${need}:step`),
              },
            },
          }),
        ),
        "package.json": {
          ...root,
          scripts: { all: "wireit" },
          wireit: { all: { dependencies: steps.map(({ id }) => `./packages/${id}:step`) } },
        },
        "package-lock.json": lockFile(steps),
      }),
      // As npm would start it, without the time that npm takes. It has no flag to run everything: its state is removed.
      command: () => [bin("wireit")],
      environment: (slots, directory) => ({
        WIREIT_PARALLEL: String(slots),
        WIREIT_LOGGER: "quiet",
        npm_lifecycle_event: "all",
        npm_package_json: path.join(directory, "package.json"),
        npm_config_user_agent: "npm/10.8.2 node/v20 linux x64",
        npm_execpath: "npm",
      }),
      state: [".wireit"],
      packageState: [".wireit"],
      learns: false,
    },
    {
      name: "lage",
      files: (steps) => ({
        ...workspaceFiles(steps),
        "package.json": root,
        "package-lock.json": lockFile(steps),
        "lage.config.js": `module.exports = {
  pipeline: { step: { dependsOn: ["^step"], inputs: ["src/**"], outputs: [] } },
  npmClient: "npm",
  cacheOptions: { outputGlob: [], environmentGlob: ["lage.config.js"] },
};
`,
      }),
      command: ({ slots, force = false }) => [
        bin("lage"),
        "run",
        "step",
        "--concurrency",
        String(slots),
        "--reporter",
        "default",
        ...(force ? ["--no-cache"] : []),
      ],
      state: ["node_modules/.cache"],
      packageState: ["node_modules"],
      learns: false,
    },
  ];
  return peers.map((peer) => ({ link, ...peer, version: version(peer.name) }));
}
