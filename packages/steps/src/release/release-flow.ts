import { asTable, parseJsonTable } from "../project/read-data.ts";

/** What raises the versions of a repository. */
export type ReleaseFlow =
  | { readonly kind: "changesets" }
  /** A program that does it itself, at its own time. */
  | { readonly kind: "foreign"; readonly name: string; readonly file: string }
  | { readonly kind: "commits" };

const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^(?:\.?release-please-config|\.release-please-manifest)\.json$/, "release-please"],
  [/^(?:\.releaserc(?:\.(?:json|ya?ml|[cm]?js))?|release\.config\.[cm]?[jt]s)$/, "semantic-release"],
  [/^\.release-it\.(?:json|ya?ml|toml|[cm]?js|ts)$/, "release-it"],
  [/^lerna\.json$/, "lerna"],
  [/^\.goreleaser\.ya?ml$/, "goreleaser"],
  [/^release-plz\.toml$/, "release-plz"],
  [/^\.beachball(?:rc)?/, "beachball"],
];

/** Finds by its files how a repository makes releases. Pure. */
export function findReleaseFlow(files: Iterable<string>, manifest: string | undefined): ReleaseFlow {
  let foreign: ReleaseFlow | undefined;
  for (const file of files) {
    if (file === ".changeset/config.json") return { kind: "changesets" };
    const name = FOREIGN.find(([pattern]) => pattern.test(file))?.[1];
    if (name !== undefined) foreign ??= { kind: "foreign", name, file };
  }
  if (foreign !== undefined) return foreign;
  return isSemanticRelease(manifest)
    ? { kind: "foreign", name: "semantic-release", file: "package.json" }
    : { kind: "commits" };
}

function isSemanticRelease(manifest: string | undefined): boolean {
  const table = parseJsonTable(manifest);
  return "semantic-release" in asTable(table["devDependencies"]) || "branches" in asTable(table["release"]);
}
