import { describe, expect, test } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";

const read = (files: Readonly<Record<string, string>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));

describe("readUnits() in Python workspaces", () => {
  test("takes the members of a uv workspace and follows its sources", async () => {
    const graph = await read({
      "pyproject.toml": `[project]
name = "root"
dependencies = ["pkg-a"]
[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/seeds"]
[tool.uv.sources]
pkg-a = { workspace = true }
shared = { path = "libs/shared" }
`,
      "packages/a/pyproject.toml": `[project]
name = "Pkg_A"
dependencies = ["pkg.b[extra]>=1 ; python_version > '3.8'", "shared", "requests"]
[project.optional-dependencies]
x = ["c"]
[dependency-groups]
test = ["d", { include-group = "y" }]
[tool.uv.sources]
c = [{ path = "../c", marker = "sys_platform == 'linux'" }, { index = "x", marker = "sys_platform == 'darwin'" }]
d = { git = "https://example.com/d" }
`,
      "packages/b/pyproject.toml": `[project]\nname = "pkg-b"\n`,
      "packages/c/pyproject.toml": `[project]\nname = "c"\n`,
      "packages/d/pyproject.toml": `[project]\nname = "d"\n`,
      "packages/seeds/pyproject.toml": `[project]\nname = "seeds"\n`,
      "libs/shared/pyproject.toml": `[project]\nname = "shared"\n`,
    });
    expect(graph.units.map(({ id }) => id)).toEqual([
      "python:.",
      "python:libs/shared",
      "python:packages/a",
      "python:packages/b",
      "python:packages/c",
      "python:packages/d",
    ]);
    expect(edges(graph)).toEqual([
      "python:. runtime python:packages/a",
      "python:packages/a runtime python:packages/b",
      "python:packages/a runtime python:libs/shared",
      "python:packages/a optional python:packages/c",
    ]);
  });

  test("takes several Poetry projects with path dependencies of every group", async () => {
    const graph = await read({
      "svc/pyproject.toml": `[tool.poetry]
name = "svc"
[tool.poetry.dependencies]
python = "^3.11"
core = { path = "../core", develop = true }
multi = [{ path = "../multi", python = "<3.12" }, { version = "1", python = ">=3.12" }]
[tool.poetry.group.dev.dependencies]
testkit = { path = "../testkit" }
elsewhere = { git = "https://example.com/x" }
`,
      "core/pyproject.toml": `[tool.poetry]\nname = "core"\n`,
      "multi/pyproject.toml": `[project]\nname = "multi"\ndependencies = ["core @ file:../core"]\n`,
      "testkit/pyproject.toml": `[tool.poetry]\nname = "testkit"\n`,
      "elsewhere/pyproject.toml": `[tool.poetry]\nname = "elsewhere"\n`,
      "lint/pyproject.toml": `[tool.ruff]\nline-length = 100\n`,
    });
    expect(graph.units.map(({ id }) => id)).toEqual([
      "python:core",
      "python:elsewhere",
      "python:multi",
      "python:svc",
      "python:testkit",
      "root:.",
    ]);
    expect(edges(graph)).toEqual([
      "python:multi runtime python:core",
      "python:svc runtime python:core",
      "python:svc runtime python:multi",
      "python:svc dev python:testkit",
    ]);
  });

  test("reads dependencies that a hook of Hatch sets; where the build sets them otherwise all of the workspace counts", async () => {
    const member = (name: string, rest: string): string =>
      `[project]\nname = "${name}"\ndynamic = ["version", "dependencies"]\n${rest}`;
    const graph = await read({
      "pyproject.toml": `[tool.uv.workspace]\nmembers = ["*"]\n[tool.uv.sources]\ncore = { workspace = true }\n`,
      "a/pyproject.toml": member("a", `[tool.hatch.metadata.hooks.x]\ndependencies = ["core[z]=={{ version }}"]\n`),
      "b/pyproject.toml": member("b", `[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n`),
      "core/pyproject.toml": `[project]\nname = "core"\ndynamic = ["version"]\n`,
    });
    expect(edges(graph)).toEqual([
      "python:a runtime python:core",
      "python:b runtime python:.",
      "python:b runtime python:a",
      "python:b runtime python:core",
    ]);
    expect(graph.problems).toMatchObject([{ path: "b/pyproject.toml", affects: "nothing" }]);
  });

  test("settings of linters at the root do not take the projects below in", async () => {
    const graph = await read({
      "pyproject.toml": "[tool.ruff]\n",
      "a/pyproject.toml": `[project]\nname = "a"\n`,
      "a/docs/pyproject.toml": `[project]\nname = "docs"\n`,
    });
    expect(graph.units.map(({ id }) => id)).toEqual(["python:.", "python:a"]);
  });

  test("a broken project is a unit that any change affects", async () => {
    const graph = await read({ "a/pyproject.toml": "[project\n" });
    expect(graph.problems).toMatchObject([
      { path: "a/pyproject.toml", affects: "unit-and-dependents", unit: "python:a" },
    ]);
  });
});
