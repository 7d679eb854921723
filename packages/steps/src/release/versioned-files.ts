/** Globs of the files that hold a version of their own. */
export const VERSIONED_FILES: readonly string[] = [
  "**/{package,bower,component,composer,jsr,deno,version}.json",
  "**/*.jquery.json",
  "**/pyproject.toml",
  "**/Cargo.toml",
  "VERSION",
  "version.txt",
];
