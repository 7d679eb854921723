import type { EcosystemReader } from "./ecosystem-reader.ts";
import { docsSites } from "./ecosystems/docs-sites.ts";
import { dotnet } from "./ecosystems/dotnet.ts";
import { go } from "./ecosystems/go.ts";
import { jvm } from "./ecosystems/jvm.ts";
import { native } from "./ecosystems/native.ts";
import { node } from "./ecosystems/node.ts";
import { php } from "./ecosystems/php.ts";
import { python } from "./ecosystems/python.ts";
import { ruby } from "./ecosystems/ruby.ts";
import { rust } from "./ecosystems/rust.ts";
import { shell } from "./ecosystems/shell.ts";
import { createFolder, isForeign } from "./folder.ts";
import { countLanguages } from "./languages.ts";
import type { PackageManager, ProjectCommand, ProjectFacts, ProjectPackage } from "./project-facts.ts";

const READERS: readonly EcosystemReader[] = [node, python, go, rust, jvm, dotnet, ruby, php, native, shell, docsSites];

/** Folders below the repository's own that are looked at for one ecosystem. */
const MAX_FOLDERS = 8;
/** A manifest that lies deeper belongs to a part of something. */
const MAX_DEPTH = 2;

/**
 * Tells what a repository is made of. Where its own folder has no manifest of an ecosystem, folders up to two levels below it are looked
 * at, as in repositories with `backend/` and `frontend/`. Pure; a file that cannot be read counts as an empty one.
 *
 * @param files - all files of the repository, relative to it, with `/`
 * @param read - text of one of them, or `undefined`; asked only for manifests and configuration files, and a few tests and scripts
 */
export function describeProject(files: ReadonlySet<string>, read: (file: string) => string | undefined): ProjectFacts {
  const texts = new Map<string, string | undefined>();
  const readOnce = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, read(file));
    return texts.get(file);
  };
  const packageManagers: PackageManager[] = [];
  const packages: ProjectPackage[] = [];
  const commands: ProjectCommand[] = [];
  for (const reader of READERS) {
    const { ecosystem, describe } = reader;
    for (const directory of foldersOf(files, reader)) {
      const folder = createFolder(directory, files, readOnce);
      const facts = describe(folder);
      const place = { ecosystem, directory };
      for (const one of facts.packageManagers ?? []) {
        packageManagers.push({ ...one, ...place, file: folder.fromRepository(one.file) });
      }
      for (const one of facts.packages ?? []) {
        packages.push({ ...one, ...place, file: folder.fromRepository(one.file) });
      }
      const purposes = new Set<string>();
      for (const one of facts.commands) {
        if (purposes.has(one.purpose)) continue;
        purposes.add(one.purpose);
        commands.push({ isNamed: false, ...one, ...place, file: folder.fromRepository(one.file) } as ProjectCommand);
      }
    }
  }
  const depth = ({ directory }: ProjectCommand): number => (directory === "" ? 0 : 1);
  return {
    languages: countLanguages(files),
    packageManagers,
    packages,
    commands: withoutDoubles(commands).toSorted((one, other) => depth(one) - depth(other)),
  };
}

/** The repository's own folder where it has a manifest, and otherwise the folders below that have one. */
function foldersOf(
  files: ReadonlySet<string>,
  { isManifest, isTest, isWhole = false }: EcosystemReader,
): readonly string[] {
  const nameOf = (file: string): string => file.slice(file.lastIndexOf("/") + 1);
  if (isWhole) return [...files].some((file) => isManifest(nameOf(file)) && !isForeign(file)) ? [""] : [];
  const folders = new Set<string>();
  for (const file of files) {
    const parts = file.split("/");
    if (parts.length > MAX_DEPTH + 1 || !isManifest(nameOf(file))) continue;
    const folder = parts.slice(0, -1).join("/");
    if (folder === "") return [""];
    if (!isForeign(folder) && !folder.startsWith(".")) folders.add(folder);
  }
  const isTested = (file: string): boolean => /^(?:tests?\/)?[^/]+$/.test(file) && isTest?.(nameOf(file)) === true;
  if (folders.size === 0 && [...files].some((file) => isTested(file))) return [""];
  const all = [...folders].toSorted();
  // What lies in another of these folders belongs to that.
  return all.filter((one) => !all.some((other) => one.startsWith(`${other}/`))).slice(0, MAX_FOLDERS);
}

/** The same command for the same purpose, which two ecosystems of one folder may name, counts once. */
function withoutDoubles(commands: readonly ProjectCommand[]): readonly ProjectCommand[] {
  const told = new Set<string>();
  return commands.filter(({ purpose, directory, command }) => {
    const key = JSON.stringify([purpose, directory, command]);
    return !told.has(key) && told.add(key).size > 0;
  });
}
