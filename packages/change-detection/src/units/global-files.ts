/**
 * Files at the root, or at the root of a workspace, that decide for everything below: how git hands out contents, which version of a
 * runtime or toolchain runs, where packages come from, how they are patched. Short on purpose: other files at the root belong to the
 * root unit, and a configuration that units name (a base `tsconfig.json`, a parent POM) counts for those units.
 */
export const DEFAULT_GLOBAL_FILES: readonly string[] = [
  ".gitattributes",
  ".nvmrc",
  ".node-version",
  ".tool-versions",
  "mise.toml",
  ".mise.toml",
  ".python-version",
  ".ruby-version",
  ".java-version",
  ".sdkmanrc",
  "rust-toolchain",
  "rust-toolchain.toml",
  ".cargo/config",
  ".cargo/config.toml",
  ".npmrc",
  ".pnpmfile.cjs",
  ".pnpmfile.mjs",
  ".yarnrc",
  "bunfig.toml",
  "patches/",
  ".yarn/patches/",
  ".yarn/plugins/",
  ".yarn/releases/",
];
