import { describe, expect, test } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";

const read = (files: Readonly<Record<string, string>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));
const crate = (name: string, rest = ""): string => `[package]\nname = "${name}"\n${rest}`;

describe("readUnits() in Cargo workspaces", () => {
  test("takes members less exclude, with path dependencies inside the workspace", async () => {
    const graph = await read({
      "Cargo.toml": `[workspace]\nmembers = ["crates/*", "../out"]\nexclude = ["crates/old"]\n`,
      "crates/a/Cargo.toml": crate("a", `[dependencies]\nhidden = { path = "../../hidden" }\n`),
      "crates/old/Cargo.toml": crate("old"),
      "crates/old/inner/Cargo.toml": crate("inner"),
      "hidden/Cargo.toml": crate("hidden"),
      "fuzz/Cargo.toml": crate("fuzz"),
      "fuzz/Cargo.lock": "",
      "tests/fixtures/f/Cargo.toml": crate("f"),
    });
    expect(graph.units.map(({ id, name, workspace }) => [id, name, workspace])).toEqual([
      ["cargo:crates/a", "a", ""],
      ["cargo:fuzz", "fuzz", "fuzz"],
      ["cargo:hidden", "hidden", ""],
      ["root:.", "root", ""],
    ]);
    expect(graph.problems).toMatchObject([{ path: "Cargo.toml", affects: "nothing" }]);
  });

  test("follows path, renamed, inherited, target, build and dev dependencies and patches", async () => {
    const graph = await read({
      "Cargo.toml": `${crate("root")}
[workspace]
members = ["*"]
[workspace.dependencies]
b = { path = "b", version = "1" }
serde = "1"
[patch.crates-io]
patched = { path = "f" }
[dependencies]
a.path = "a"
`,
      "a/Cargo.toml": crate(
        "a",
        `[dependencies]
b.workspace = true
renamed = { package = "c", path = "../c" }
serde = { workspace = true }
patched = "1"
b2 = "1"
[dev-dependencies]
d = { path = "../d" }
[target.'cfg(windows)'.build-dependencies]
e = { path = "../e" }
`,
      ),
      "b/Cargo.toml": crate("b"),
      "c/Cargo.toml": crate("c"),
      "d/Cargo.toml": crate("d", `[dependencies]\na = { path = "../a" }\n`),
      "e/Cargo.toml": crate("e"),
      "f/Cargo.toml": crate("patched"),
    });
    expect(edges(graph)).toEqual([
      "cargo:. runtime cargo:a",
      "cargo:a runtime cargo:b",
      "cargo:a runtime cargo:c",
      "cargo:a runtime cargo:f",
      "cargo:a dev cargo:d",
      "cargo:a build cargo:e",
      "cargo:d runtime cargo:a",
    ]);
    expect(graph.units.find(({ id }) => id === "cargo:a")?.inherits).toContainEqual({
      path: "Cargo.toml",
      what: 'workspace dependency "serde"',
      value: '"1"',
    });
  });

  test("a broken root manifest makes the members unknown", async () => {
    const graph = await read({ "Cargo.toml": "[workspace\n", "a/Cargo.toml": crate("a") });
    expect(graph.problems.map(({ affects }) => affects)).toContain("everything");
  });

  test("tables named like the prototype are tables", async () => {
    const graph = await read({
      "Cargo.toml": crate("a", `[dependencies]\n__proto__ = { path = "b" }\n`),
      "b/Cargo.toml": crate("__proto__"),
    });
    expect(edges(graph)).toEqual(["cargo:. runtime cargo:b"]);
  });
});
