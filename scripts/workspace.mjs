import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this checkout, whatever the working directory is. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The patterns under `packages:` of pnpm-workspace.yaml: `name` or `folder/*`, which is all that this workspace uses. */
export function parseWorkspacePatterns(text) {
  const patterns = [];
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    if (/^\S/.test(line)) inside = line.startsWith("packages:");
    else if (inside) {
      const entry = /^\s+-\s+["']?([^"'#\s]+)["']?\s*(?:#.*)?$/.exec(line);
      if (entry?.[1]) patterns.push(entry[1]);
    }
  }
  return patterns;
}

/** Every workspace package below `directory`, in order of its path: `{ path, directory, manifest }`. */
export function listWorkspacePackages(directory = root) {
  const patterns = parseWorkspacePatterns(readFileSync(join(directory, "pnpm-workspace.yaml"), "utf8"));
  const paths = patterns.flatMap((pattern) => {
    if (!pattern.endsWith("/*")) return [pattern];
    const parent = pattern.slice(0, -2);
    if (!existsSync(join(directory, parent))) return [];
    return readdirSync(join(directory, parent)).map((name) => `${parent}/${name}`);
  });
  return paths
    .filter((path) => existsSync(join(directory, path, "package.json")))
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((path) => ({
      path,
      directory: join(directory, path),
      manifest: JSON.parse(readFileSync(join(directory, path, "package.json"), "utf8")),
    }));
}

/** The workspace packages that are published. */
export function listPublishablePackages(directory = root) {
  return listWorkspacePackages(directory).filter(({ manifest }) => manifest.private !== true);
}
