import type { StepDefinition } from "../../step-definition.ts";

const MANIFESTS: readonly string[] = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  ".yarnrc.yml",
  "Cargo.toml",
  "Cargo.lock",
  "go.mod",
  "go.sum",
  "go.work",
  "pyproject.toml",
  "poetry.lock",
  "uv.lock",
  "requirements*.txt",
  "composer.json",
  "composer.lock",
  "Gemfile",
  "Gemfile.lock",
];

/** Manifests and lock files. */
export const dependencies: StepDefinition = {
  id: "dependencies",
  title: "Lock files, duplicates, licences and known vulnerabilities",
  // What is known of vulnerabilities grows by the day.
  defaults: { stage: "extended_validation", inputs: MANIFESTS.map((name) => `**/${name}`), expires: "24h" },
  options: ["audit", "audit_level", "licenses"],
  isIncremental: false,
  importance: { generic: "recommended" },
};
