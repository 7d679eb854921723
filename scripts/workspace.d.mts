/** The fields of a package.json that our checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface WorkspacePackage {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly directory: string;
  readonly manifest: Manifest;
}

export declare const root: string;
export declare function parseWorkspacePatterns(text: string): string[];
export declare function listWorkspacePackages(directory?: string): WorkspacePackage[];
export declare function listPublishablePackages(directory?: string): WorkspacePackage[];
