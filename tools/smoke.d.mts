type Environment = Readonly<Record<string, string | undefined>>;

export interface PackedPackage {
  readonly name: string;
  /** Path of the package from the root of the workspace. */
  readonly path: string;
  readonly tarball: string;
}

export interface Installation {
  /** The project in which the libraries are installed. */
  readonly project: string;
  readonly libraries: readonly string[];
  /** The folder of globally installed packages. */
  readonly globalModules: string;
  /** The folder of the globally installed commands. */
  readonly commands: string;
}

export interface SmokeCheck {
  readonly name: string;
  readonly run: (options?: { readonly node?: string; readonly env?: Environment }) => Promise<string | undefined>;
}

export declare function packPublishable(directory: string, env?: Environment): Promise<PackedPackage[]>;
export declare function installTarballs(
  packed: readonly PackedPackage[],
  directory: string,
  env?: Environment,
): Promise<Installation>;
export declare function smokeChecks(installation: Installation): SmokeCheck[];
