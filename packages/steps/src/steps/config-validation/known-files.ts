import type { Schema } from "./schemas/schema-parts.ts";

/** A file of which it is known what may be in it. */
export interface KnownFile {
  /** What it is called in messages. */
  readonly name: string;
  readonly isIt: (file: string) => boolean;
  /** Whether what is in it does not show that the name means something else here. @defaultValue it never does */
  readonly isMeant?: ((value: unknown) => boolean) | undefined;
  readonly schema: () => Promise<Schema>;
  /** Whether a value of another kind makes its reader refuse it: everywhere, or below these keys. */
  readonly refuses: boolean | (() => Promise<readonly string[]>);
  /** Whether its reader refuses keys that it does not know. */
  readonly refusesKeys: boolean;
}

const matches =
  (pattern: RegExp): ((file: string) => boolean) =>
  (file) =>
    pattern.test(file);

/** The files that are known, of which each has one entry at most. */
const KNOWN_FILES: readonly KnownFile[] = [
  {
    name: "package.json",
    isIt: matches(/(?:^|\/)package\.json$/),
    schema: async () => (await import("./schemas/package-json.ts")).PACKAGE_JSON,
    refuses: async () => (await import("./schemas/package-json.ts")).PACKAGE_JSON_ESSENTIAL,
    refusesKeys: false,
  },
  {
    name: "tsconfig.json",
    isIt: matches(/(?:^|\/)(?:tsconfig|jsconfig)(?:\.[^/]*)?\.json$/),
    schema: async () => (await import("./schemas/tsconfig.ts")).TSCONFIG,
    refuses: true,
    refusesKeys: false,
  },
  {
    name: "a workflow of GitHub Actions",
    isIt: matches(/^\.github\/workflows\/[^/]+\.ya?ml$/),
    schema: async () => (await import("./schemas/github-workflow.ts")).GITHUB_WORKFLOW,
    refuses: true,
    refusesKeys: true,
  },
  {
    name: "an action of GitHub Actions",
    isIt: matches(/^(?:action|(?:\.github\/)?actions\/(?:[^/]+\/)*action)\.ya?ml$/),
    schema: async () => (await import("./schemas/github-workflow.ts")).GITHUB_ACTION,
    refuses: true,
    refusesKeys: false,
  },
  {
    name: "dependabot.yml",
    isIt: matches(/^\.github\/dependabot\.ya?ml$/),
    schema: async () => (await import("./schemas/dependabot.ts")).DEPENDABOT,
    refuses: true,
    refusesKeys: true,
  },
  {
    name: "a Compose file",
    isIt: matches(/(?:^|\/)(?:docker-)?compose(?:[.-][^/]*)?\.ya?ml$/),
    // A list of that name holds the tasks of an Ansible role.
    isMeant: (value) => !Array.isArray(value),
    schema: async () => (await import("./schemas/compose.ts")).COMPOSE,
    refuses: true,
    refusesKeys: true,
  },
  {
    name: "pyproject.toml",
    isIt: matches(/(?:^|\/)pyproject\.toml$/),
    schema: async () => (await import("./schemas/pyproject.ts")).PYPROJECT,
    refuses: true,
    refusesKeys: false,
  },
  {
    name: "Cargo.toml",
    isIt: matches(/(?:^|\/)Cargo\.toml$/),
    schema: async () => (await import("./schemas/cargo-toml.ts")).CARGO_TOML,
    refuses: true,
    refusesKeys: false,
  },
  {
    name: "composer.json",
    isIt: matches(/(?:^|\/)composer\.json$/),
    schema: async () => (await import("./schemas/composer-json.ts")).COMPOSER_JSON,
    refuses: true,
    refusesKeys: false,
  },
  {
    name: "the configuration of ai-workflow",
    isIt: matches(/(?:^|\/)\.workflow-config\.ya?ml$/),
    schema: async () => (await import("@ai-workflow/engine/config.schema.json", { with: { type: "json" } })).default,
    refuses: true,
    refusesKeys: true,
  },
];

/** What is known of a file by its path. */
export function knownFileOf(file: string): KnownFile | undefined {
  return KNOWN_FILES.find(({ isIt }) => isIt(file));
}
