import path from "node:path";

/** Managers of Node packages by their lock files, in the order in which one is believed. */
export const NODE_LOCKS: Readonly<Record<string, string>> = {
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "bun.lock": "bun",
  "bun.lockb": "bun",
  "npm-shrinkwrap.json": "npm",
  "package-lock.json": "npm",
};

/** Manifests of the other ecosystems by their lock files. */
const LOCKS: Readonly<Record<string, string>> = {
  "Cargo.lock": "Cargo.toml",
  "go.sum": "go.mod",
  "poetry.lock": "pyproject.toml",
  "uv.lock": "pyproject.toml",
  "composer.lock": "composer.json",
  "Gemfile.lock": "Gemfile",
};

/** A manifest and the lock file that answers for it. */
export interface LockPair {
  readonly manifest: string;
  readonly lock: string;
  /** Folder of the manifest relative to the lock file, `""` for the same. */
  readonly folder: string;
}

/** Manifests beside a lock file, and for managers with workspaces those below it that have no lock file nearer. */
export function findPairs(files: readonly string[]): readonly LockPair[] {
  const all = new Set(files);
  const pairs: LockPair[] = [];
  const nearestLock = (folder: string, names: readonly string[]): string | undefined => {
    for (let at = folder; ; at = path.posix.dirname(at)) {
      const found = names.map((name) => path.posix.join(at, name)).find((file) => all.has(file));
      if (found !== undefined || at === "." || at === "/" || at === "..") return found;
    }
  };
  for (const file of files) {
    const [folder, name] = [path.posix.dirname(file), path.posix.basename(file)];
    const names = name === "package.json" ? Object.keys(NODE_LOCKS) : name === "Cargo.toml" ? ["Cargo.lock"] : [];
    const lock = nearestLock(folder, names);
    if (lock !== undefined) {
      pairs.push({ manifest: file, lock, folder: path.posix.relative(path.posix.dirname(lock), folder) });
    }
    const manifest = LOCKS[name];
    if (manifest === undefined || manifest === "Cargo.toml") continue;
    const beside = path.posix.join(folder, manifest);
    if (all.has(beside)) pairs.push({ manifest: beside, lock: file, folder: "" });
  }
  return pairs;
}
