/** Which kind of workspace a unit comes from; `root` is the rest of the repository where nothing else owns its root. */
export type UnitKind = "js" | "cargo" | "go" | "python" | "maven" | "gradle" | "globs" | "root";

/** What one unit needs another for; `same-folder` joins two manifests of one folder, such as a native module and its npm package. */
export type DependencyKind = "runtime" | "dev" | "peer" | "optional" | "build" | "same-folder";

/** An edge from a unit to another that it needs. */
export interface UnitDependency {
  /** `id` of the unit that is needed. */
  readonly unit: string;
  readonly kind: DependencyKind;
  /** The file that says so. */
  readonly manifest: string;
}

/** A value that a unit takes from a file outside its folder: a catalog entry, a parent POM, an override. */
export interface Inherited {
  readonly path: string;
  /** What it is, such as `catalog entry "react"`. */
  readonly what: string;
  /** The value in a form that can be compared. */
  readonly value: string;
  /** It is a dependency of the root that a member may use without naming it. @defaultValue false */
  readonly isRootDependency?: boolean | undefined;
}

/** A requirement on a package that may come from a registry. */
export interface Requirement {
  readonly name: string;
  readonly range: string;
}

/** A package, crate, module or service of the repository. */
export interface Unit {
  /** `<kind>:<directory>`, such as `js:packages/a`; `js:.` at the root. */
  readonly id: string;
  /** As its manifest calls it, else its folder. */
  readonly name: string;
  /** From the root of the tree, `""` for the root itself. */
  readonly directory: string;
  readonly kind: UnitKind;
  readonly manifest: string | undefined;
  /** Folder of the workspace it belongs to; its own where it stands alone. */
  readonly workspace: string;
  readonly dependencies: readonly UnitDependency[];
  readonly inherits: readonly Inherited[];
  readonly requires: readonly Requirement[];
}

/** Something in a manifest that cannot be understood, and what follows from it. */
export interface UnitProblem {
  readonly path: string;
  readonly reason: string;
  /**
   * What must count as affected by any change because of it: everything; one unit (its dependencies are unknown); one unit and, where
   * neither side can be read, all of its workspace (its name is unknown, so anyone may need it); or nothing.
   */
  readonly affects: "everything" | "unit-and-dependents" | "unit" | "nothing";
  /** `id` of the unit that it is about. */
  readonly unit?: string | undefined;
}

/** A folder whose manifest names members. */
export interface Workspace {
  readonly kind: UnitKind;
  readonly directory: string;
  /** The file that names the members. */
  readonly definition: string;
}

/** The units of one tree. */
export interface UnitGraph {
  /** Sorted by `id`. */
  readonly units: readonly Unit[];
  readonly workspaces: readonly Workspace[];
  readonly problems: readonly UnitProblem[];
}

/** The `id` of a unit. */
export function unitId(kind: UnitKind, directory: string): string {
  return `${kind}:${directory === "" ? "." : directory}`;
}
