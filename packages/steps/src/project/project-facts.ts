/** What a command of a repository is for. */
export type Purpose = "test" | "lint" | "type-check" | "build" | "docs";

/** Languages and tools that belong together. `docs` stands for programs that make sites of documents, whatever the language. */
export type Ecosystem =
  | "node"
  | "python"
  | "go"
  | "rust"
  | "jvm"
  | "dotnet"
  | "ruby"
  | "php"
  | "native"
  | "shell"
  | "docs";

/** Programs that run tests and whose output or options are known. */
export type TestRunner =
  | "vitest"
  | "jest"
  | "mocha"
  | "node:test"
  | "ava"
  | "tap"
  | "playwright"
  | "karma"
  | "bun test"
  | "pytest"
  | "unittest"
  | "tox"
  | "go test"
  | "cargo test"
  | "maven"
  | "gradle"
  | "dotnet test"
  | "rspec"
  | "minitest"
  | "phpunit"
  | "pest"
  | "ctest"
  | "meson"
  | "bats";

/** A command that a repository names, or that is what everybody does in a repository of its shape. */
export interface ProjectCommand {
  readonly purpose: Purpose;
  readonly ecosystem: Ecosystem;
  /** For a shell. */
  readonly command: string;
  /** Folder in which it runs, relative to the repository with `/`; empty for the repository itself. */
  readonly directory: string;
  /** The file that tells of it, relative to the repository. */
  readonly file: string;
  /** Why it is this one, in words: what of `file` tells of it. */
  readonly because: string;
  /** Whether the repository itself names the command; otherwise it is a custom of the ecosystem. */
  readonly isNamed: boolean;
  /** What runs the tests, as far as that is known; only for tests. */
  readonly runner?: TestRunner | undefined;
  /** The command as far as arguments for the runner may follow it; not there where none can be given. */
  readonly withArguments?: string | undefined;
}

/** A package manager that a repository uses. */
export interface PackageManager {
  readonly name: string;
  readonly ecosystem: Ecosystem;
  /** Folder of its manifest, as in {@link ProjectCommand}. */
  readonly directory: string;
  /** The file that tells of it. */
  readonly file: string;
  /** As the repository asks for it. @defaultValue it asks for none */
  readonly version?: string | undefined;
}

/** How much of a repository is written in a language. */
export interface LanguageShare {
  readonly language: string;
  readonly fileCount: number;
}

/** A manifest of a package, and what it depends on. */
export interface ProjectPackage {
  readonly ecosystem: Ecosystem;
  readonly directory: string;
  readonly file: string;
  /** Names of what it depends on directly, also for development, in the spelling of the manifest. */
  readonly dependencies: ReadonlySet<string>;
}

/** What a repository is made of. */
export interface ProjectFacts {
  /** The language with most files first; documents and data are none. */
  readonly languages: readonly LanguageShare[];
  readonly packageManagers: readonly PackageManager[];
  readonly packages: readonly ProjectPackage[];
  /** At most one for each purpose, ecosystem and folder; those of the repository's own folder first. */
  readonly commands: readonly ProjectCommand[];
}
