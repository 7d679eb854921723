import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listWorkspacePackages, root } from "./workspace.mjs";

const LEFT_BY_BUILDS = ["dist", "lib", "reports", ".turbo"];

/** Removes build and test results; with `--all` also installed packages, the tools and the state of the pipeline. */
export function clean(args) {
  const all = args.includes("--all");
  const unknown = args.filter((argument) => argument !== "--all");
  if (unknown.length > 0) {
    console.error(`Unknown argument ${unknown.join(" ")}: the only one is --all.`);
    return 2;
  }
  const remove = (...parts) => rmSync(join(root, ...parts), { recursive: true, force: true });
  for (const { path, directory } of listWorkspacePackages()) {
    for (const name of LEFT_BY_BUILDS) remove(path, name);
    for (const name of readdirSync(directory)) if (/\.(?:tsbuildinfo|tgz)$/.test(name)) remove(path, name);
    if (all) remove(path, "node_modules");
  }
  remove(".turbo");
  remove("node_modules", ".cache");
  if (all) for (const name of ["node_modules", ".tools", ".workflow"]) remove(name);
  return 0;
}
