import type { Finding } from "@ai-workflow/engine";
import * as outputs from "./parse-outputs.ts";

/** A linter or type checker of a repository. */
export interface QualityTool {
  readonly id: string;
  readonly program: string;
  /** Whether it comes with the packages of the repository, in `node_modules/.bin`. */
  readonly isNodeProgram: boolean;
  /** Files that say that the repository uses it, by their names at the root. */
  readonly configuredBy: RegExp;
  /** A word in another file that says so: of `package.json`, `pyproject.toml`, `setup.cfg`. */
  readonly configuredIn?: Readonly<Record<string, RegExp>> | undefined;
  /** What it looks at. */
  readonly files: RegExp;
  readonly args: readonly string[];
  /** Whether it takes the names of files, and finds none by itself. */
  readonly takesFiles?: boolean | undefined;
  /** What keeps it from the network, which its own file of dependencies may lead it to. */
  readonly offline?:
    | {
        readonly variables: Readonly<Record<string, string>>;
        /** How it says that something is not on this machine. */
        readonly says: RegExp;
        /** The command that brings it. */
        readonly mend: string;
      }
    | undefined;
  readonly parse: (stdout: string, stderr: string) => readonly Finding[] | undefined;
}

const JS = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;

/** Every tool, in the order in which they run. Those of one language may be there together. */
export const QUALITY_TOOLS: readonly QualityTool[] = [
  {
    id: "eslint",
    program: "eslint",
    isNodeProgram: true,
    configuredBy: /^(?:eslint\.config\.[cm]?[jt]s|\.eslintrc(?:\.\w+)?)$/,
    configuredIn: { "package.json": /"eslintConfig"\s*:/ },
    files: JS,
    args: ["--format", "json", "--no-error-on-unmatched-pattern", "."],
    parse: outputs.parseEslint,
  },
  {
    id: "biome",
    program: "biome",
    isNodeProgram: true,
    configuredBy: /^biome\.jsonc?$/,
    files: /\.(?:[cm]?[jt]sx?|vue|svelte|css|jsonc?)$/,
    args: ["lint", "--reporter=github", "--max-diagnostics=200", "."],
    parse: outputs.parseGithub,
  },
  {
    id: "oxlint",
    program: "oxlint",
    isNodeProgram: true,
    configuredBy: /^(?:\.oxlintrc\.jsonc?|oxlint\.config\.ts)$/,
    files: JS,
    args: ["--format", "json"],
    parse: outputs.parseOxlint,
  },
  {
    id: "tsc",
    program: "tsc",
    isNodeProgram: true,
    configuredBy: /^tsconfig\.json$/,
    files: /\.[cm]?tsx?$/,
    args: ["--noEmit", "--pretty", "false", "--project", "tsconfig.json"],
    parse: outputs.parseTsc,
  },
  {
    id: "ruff",
    program: "ruff",
    isNodeProgram: false,
    configuredBy: /^\.?ruff\.toml$/,
    configuredIn: { "pyproject.toml": /^\[tool\.ruff\b/m },
    files: /\.pyi?$/,
    args: ["check", "--output-format", "json", "--no-cache", "."],
    parse: outputs.parseRuff,
  },
  {
    id: "flake8",
    program: "flake8",
    isNodeProgram: false,
    configuredBy: /^\.flake8$/,
    configuredIn: { "setup.cfg": /^\[flake8\]/m, "tox.ini": /^\[flake8\]/m },
    files: /\.py$/,
    args: ["."],
    parse: outputs.parseFlake8,
  },
  {
    id: "mypy",
    program: "mypy",
    isNodeProgram: false,
    configuredBy: /^\.?mypy\.ini$/,
    configuredIn: { "pyproject.toml": /^\[tool\.mypy\]/m, "setup.cfg": /^\[mypy\]/m },
    files: /\.pyi?$/,
    args: ["--no-color-output", "--no-error-summary", "--show-column-numbers", "--no-pretty", "."],
    parse: outputs.parseMypy,
  },
  {
    id: "go vet",
    program: "go",
    isNodeProgram: false,
    configuredBy: /^go\.mod$/,
    files: /\.go$/,
    args: ["vet", "./..."],
    offline: {
      variables: { GOPROXY: "off", GOTOOLCHAIN: "local" },
      says: /GOPROXY=off|GOTOOLCHAIN=local/,
      mend: "go mod download",
    },
    parse: outputs.parseGoVet,
  },
  {
    id: "clippy",
    program: "cargo",
    isNodeProgram: false,
    configuredBy: /^\.?clippy\.toml$/,
    configuredIn: { "Cargo.toml": /^\[(?:workspace\.)?lints\.clippy\]/m },
    files: /\.rs$/,
    args: ["clippy", "--offline", "--quiet", "--all-targets", "--message-format", "json"],
    offline: {
      // Cargo takes its compiler and its packages from the network, each by itself.
      variables: { CARGO_NET_OFFLINE: "true", RUSTUP_AUTO_INSTALL: "0" },
      says: /--offline|offline mode|no matching package|failed to (?:download|get)|toolchain .* is not installed/i,
      mend: "cargo fetch",
    },
    parse: outputs.parseClippy,
  },
  {
    id: "rubocop",
    program: "rubocop",
    isNodeProgram: false,
    configuredBy: /^\.rubocop\.yml$/,
    files: /\.rb$/,
    args: ["--format", "json"],
    parse: outputs.parseRubocop,
  },
  {
    id: "phpstan",
    program: "vendor/bin/phpstan",
    isNodeProgram: false,
    configuredBy: /^phpstan\.(?:neon|neon\.dist|dist\.neon)$/,
    files: /\.php$/,
    args: ["analyse", "--error-format=json", "--no-progress", "--no-interaction"],
    parse: outputs.parsePhpstan,
  },
  {
    id: "shellcheck",
    program: "shellcheck",
    isNodeProgram: false,
    configuredBy: /^\.shellcheckrc$/,
    files: /\.(?:sh|bash)$/,
    args: ["--format", "json"],
    takesFiles: true,
    parse: outputs.parseShellcheck,
  },
];
