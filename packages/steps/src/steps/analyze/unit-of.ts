import path from "node:path";

/** Files that say that their folder is a package of its own. */
const MANIFESTS = new Set([
  "package.json",
  "Cargo.toml",
  "go.mod",
  "pyproject.toml",
  "setup.py",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "composer.json",
  "mix.exs",
  "pubspec.yaml",
]);
const MANIFEST_ENDING = /\.(?:csproj|fsproj|gemspec)$/;

/** Folders, relative to the target, that hold a manifest; the target itself is `""`. Pure. */
export function unitFolders(files: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of files) {
    const name = path.posix.basename(file);
    if (MANIFESTS.has(name) || MANIFEST_ENDING.test(name)) folders.add(folderOf(file));
  }
  return folders;
}

/** The nearest folder above a file that is a unit, `""` where there is none but the target. Pure. */
export function unitOf(file: string, units: ReadonlySet<string>): string {
  let folder = folderOf(file);
  while (folder !== "" && !units.has(folder)) folder = folderOf(folder);
  return folder;
}

function folderOf(file: string): string {
  const folder = path.posix.dirname(file);
  return folder === "." ? "" : folder;
}
