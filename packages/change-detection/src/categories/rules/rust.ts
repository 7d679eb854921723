import type { Rule } from "../rule.ts";

/** Rust. `build.rs` is code: it decides what is compiled. */
export const RUST: readonly Rule[] = [
  { rule: "rust/lock-file", category: "dependencies", generated: true, names: "cargo.lock" },
  { rule: "rust/manifest", category: "dependencies", names: "cargo.toml" },
  {
    rule: "rust/vetted-dependencies",
    category: "dependencies",
    folders: "supply-chain",
    extensions: "toml",
    holds: ({ folders, name }) => folders.includes("supply-chain") && /^(?:audits|config|imports)\./.test(name),
  },
  {
    rule: "rust/test-file",
    category: "tests",
    extensions: "rs stderr stdout",
    holds: ({ name, folders }) =>
      /(?:^|_)tests?\.rs$|^tests?_\w+\.rs$/.test(name) ||
      folders.includes("benches") ||
      folders.includes("fuzz_targets") ||
      (folders.includes("ui") && name.endsWith(".stderr")),
  },
  {
    rule: "rust/tool-settings",
    category: "config",
    names:
      "rustfmt.toml clippy.toml rust-toolchain rust-toolchain.toml deny.toml cross.toml trunk.toml book.toml cbindgen.toml bacon.toml release.toml dist-workspace.toml cliff.toml",
  },
  { rule: "rust/source", category: "code", extensions: "rs rlib ron slint" },
];
