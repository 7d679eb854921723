import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** `name@version`: an exact version, whose content never changes. */
export type PublishedPackage = `${string}@${string}`;

/** Packages are unpacked here once and stay; git and the tarballs of this package leave the folder out. */
const STORE = path.join(import.meta.dirname, "../../node_modules/.cache/published-packages");
const run = promisify(execFile);

/**
 * Gets published packages from npm, as their authors uploaded them and without what they need, and gives the absolute path of each one's
 * files. Several test files may ask for the same at a time. Nothing of a package is run.
 *
 * @throws Error when there is no registry, or no such version
 */
export async function unpackPublished<P extends PublishedPackage>(
  packages: readonly P[],
): Promise<Readonly<Record<P, string>>> {
  const folders = Object.fromEntries(packages.map((name) => [name, path.join(STORE, name.replaceAll("/", "+"))]));
  const missing = packages.filter((name) => !existsSync(folders[name] ?? ""));
  if (missing.length > 0) {
    mkdirSync(STORE, { recursive: true });
    const folder = mkdtempSync(path.join(STORE, "getting-"));
    try {
      const { stdout } = await run(
        "npm",
        ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...missing],
        {
          cwd: folder,
          maxBuffer: 256 * 1024 * 1024,
        },
      );
      const packed = JSON.parse(stdout) as readonly { readonly id: string; readonly filename: string }[];
      for (const { id, filename } of packed) await unpack(path.join(folder, filename), folders[id] ?? "", folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return folders as Readonly<Record<P, string>>;
}

async function unpack(tarball: string, to: string, folder: string): Promise<void> {
  const target = mkdtempSync(path.join(folder, "unpacked-"));
  // Every tarball of npm has one folder at its top, whatever its name.
  await run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1", "--no-same-permissions"]);
  try {
    renameSync(target, to);
  } catch (error) {
    // Another test file was faster.
    if (!existsSync(to)) throw error;
  }
}

/** Text of a file of an unpacked package. */
export function readPublished(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}
