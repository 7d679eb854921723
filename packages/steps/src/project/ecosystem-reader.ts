import type { Folder } from "./folder.ts";
import type { Ecosystem, PackageManager, ProjectCommand, ProjectPackage } from "./project-facts.ts";

/** What a reader tells of a command; the rest is known from where it looked. */
export type FoundCommand = Omit<ProjectCommand, "directory" | "ecosystem" | "isNamed"> & {
  /** @defaultValue false */
  readonly isNamed?: boolean | undefined;
};

/** What a reader found in a folder; `file` of each is relative to that folder. */
export interface EcosystemFacts {
  readonly packageManagers?: readonly Pick<PackageManager, "name" | "file" | "version">[] | undefined;
  readonly packages?: readonly Pick<ProjectPackage, "file" | "dependencies">[] | undefined;
  /** In the order of preference: of several for one purpose the first counts. */
  readonly commands: readonly FoundCommand[];
}

/** Reads what a folder says of one ecosystem. */
export interface EcosystemReader {
  readonly ecosystem: Ecosystem;
  /** Whether a folder with this file in it, by its name, is one of the ecosystem. */
  readonly isManifest: (name: string) => boolean;
  /** Whether a file of this name holds tests; in the repository's own folder, or one for tests there, it does instead of a manifest. */
  readonly isTest?: ((name: string) => boolean) | undefined;
  /** Whether the whole repository is looked at together, wherever its files are. @defaultValue false */
  readonly isWhole?: boolean | undefined;
  /** Pure. */
  readonly describe: (folder: Folder) => EcosystemFacts;
}
