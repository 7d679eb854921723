import { existsSync } from "node:fs";
import { join } from "node:path";
import type { WorkspacePackage } from "../scripts/workspace.mjs";

/** What is the same for every package of the house. */
export interface ManifestRules {
  /** `engines.node` of every package. */
  readonly node: string;
  /** Packages of the house that a package path may name in its devDependencies. */
  readonly devDependencies: Readonly<Record<string, readonly string[]>>;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function checkExports(path: string, exports: unknown): string[] {
  const problems: string[] = [];
  const entries = record(exports);
  if (entries["."] === undefined) problems.push(`${path} has no "." in exports`);
  if (entries["./package.json"] !== "./package.json") problems.push(`${path} does not export ./package.json`);
  for (const [name, target] of Object.entries(entries)) {
    if (typeof target === "string") {
      if (!target.endsWith(".json")) problems.push(`${path} exports "${name}" without types`);
      continue;
    }
    const keys = Object.keys(record(target));
    const { types, default: implementation } = record(target);
    if (keys[0] !== "types") problems.push(`${path} must name types first in exports "${name}"`);
    if (typeof types !== "string" || !types.endsWith(".d.ts")) problems.push(`${path} exports "${name}" without types`);
    if (typeof implementation !== "string") problems.push(`${path} exports "${name}" without default`);
  }
  return problems;
}

function checkDependencies(
  { path, manifest }: WorkspacePackage,
  names: ReadonlySet<string>,
  rules: ManifestRules,
): string[] {
  const problems: string[] = [];
  for (const field of ["dependencies", "devDependencies", "optionalDependencies"] as const) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      if (names.has(name)) {
        if (!range.startsWith("workspace:"))
          problems.push(`${path} must take ${name} from the workspace, not "${range}"`);
        if (field === "devDependencies" && rules.devDependencies[path]?.includes(name) !== true) {
          problems.push(`${path} may not have ${name} in devDependencies`);
        }
      } else if (range !== "catalog:") {
        problems.push(`${path} must take the version of ${name} from the catalog, not "${range}"`);
      }
    }
  }
  return problems;
}

/** What keeps a workspace package from being published as the house wants it, one sentence each. */
export function checkManifest(entry: WorkspacePackage, names: ReadonlySet<string>, rules: ManifestRules): string[] {
  const { path, directory, manifest } = entry;
  const problems: string[] = [];
  const must = (isMet: boolean, problem: string): void => {
    if (!isMet) problems.push(`${path} ${problem}`);
  };
  const isLibrary = path.startsWith("packages/");
  const text = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
  const repository = record(manifest["repository"]);
  const files = Array.isArray(manifest["files"]) ? manifest["files"] : [];

  must(manifest.name === `@ai-workflow/${path.split("/").at(-1) ?? ""}`, "is not named after its folder");
  must(text(manifest["description"]).length >= 20, "has no description of at least 20 characters");
  must(manifest["license"] === "MIT", "has no licence MIT");
  must(manifest["type"] === "module", "is not of type module");
  must(manifest["main"] === undefined, "has main beside exports");
  must(record(manifest["engines"])["node"] === rules.node, `does not ask for Node ${rules.node}`);
  must(text(repository["url"]) !== "", "has no repository.url");
  must(repository["directory"] === path, `has repository.directory ${JSON.stringify(repository["directory"])}`);
  must(record(manifest["publishConfig"])["access"] === "public", "has no publishConfig.access public");
  must(files.includes("dist"), "does not publish dist");
  must(existsSync(join(directory, "README.md")), "has no README.md");
  must(existsSync(join(directory, "LICENSE")), "has no LICENSE");
  for (const script of ["build", "test"]) must(manifest.scripts?.[script] !== undefined, `has no script ${script}`);
  for (const script of ["preinstall", "install", "postinstall"]) {
    must(manifest.scripts?.[script] === undefined, `runs a script when it is installed: ${script}`);
  }
  if (isLibrary) {
    must(manifest["sideEffects"] === false, "does not say sideEffects false");
    must(files.includes("!**/*.test.ts"), "does not leave tests out of files");
    problems.push(...checkExports(path, manifest["exports"]));
  } else {
    must(
      Object.keys(manifest.bin ?? {}).length > 0 || manifest["exports"] !== undefined,
      "has neither bin nor exports",
    );
  }
  problems.push(...checkDependencies(entry, names, rules));
  return problems;
}
