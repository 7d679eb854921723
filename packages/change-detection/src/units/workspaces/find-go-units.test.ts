import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";
import { compareGoVersions, parseGoMod } from "./parse-go-mod.ts";

const read = (files: Readonly<Record<string, string>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));

describe("readUnits() in Go workspaces", () => {
  test("takes what go.work uses and every other module outside vendor and testdata", async () => {
    const graph = await read({
      "go.work": `go 1.22\n\nuse (\n\t./api // the server\n\t"./lib"\n\t../elsewhere\n)\nuse ./vendor/own\n`,
      "api/go.mod": "module example.com/api\n\nrequire example.com/lib v0.0.0\n",
      "lib/go.mod": 'module "example.com/lib"\n',
      "tools/go.mod":
        "module example.com/tools\nreplace example.com/moved => ../lib\nrequire (\n\texample.com/moved v1.0.0\n)\n",
      "vendor/own/go.mod": "module example.com/own\n",
      "vendor/foreign/go.mod": "module example.com/foreign\n",
      "lib/testdata/x/go.mod": "module x\n",
    });
    expect(graph.units.map(({ id, workspace }) => [id, workspace])).toEqual([
      ["go:api", ""],
      ["go:lib", ""],
      ["go:tools", "tools"],
      ["go:vendor/own", ""],
      ["root:.", ""],
    ]);
    expect(edges(graph)).toEqual(["go:api runtime go:lib", "go:tools runtime go:lib"]);
    expect(graph.problems).toMatchObject([{ path: "go.work", affects: "nothing" }]);
  });

  test("a module of a workspace takes over the highest version that any of its modules requires", async () => {
    const { units } = await read({
      "go.work": "go 1.22\nuse ./a\nuse ./b\nreplace x => y v1.0.0\n",
      "a/go.mod": "module a\nrequire golang.org/x/text v0.9.0\n",
      "b/go.mod": "module b\nrequire golang.org/x/text v0.10.0\n",
    });
    expect(units.find(({ id }) => id === "go:a")?.inherits).toEqual([
      { path: "go.work", what: "settings", value: "go 1.22" },
      { path: "go.work", what: "`replace`", value: "x  => y v1.0.0" },
      { path: "b/go.mod", what: "the version of golang.org/x/text", value: "v0.10.0" },
    ]);
  });

  test("a go.mod without a module is a problem of its unit", async () => {
    const graph = await read({ "a/go.mod": "\0\0" });
    expect(graph.problems).toMatchObject([{ path: "a/go.mod", affects: "unit-and-dependents", unit: "go:a" }]);
  });
});

describe("parseGoMod()", () => {
  test("tells indirect requirements, keeps unknown directives as settings and never throws", () => {
    const manifest = parseGoMod("module m\ngo 1.22\nrequire a v1 // indirect\nretract v1\ntool example.com/x\n");
    expect(manifest.requires).toEqual([{ path: "a", version: "v1", isIndirect: true }]);
    expect(manifest.settings).toBe("go 1.22\ntool example.com/x");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("module", "require", "(", ")", "=>", "replace", "\n", " ", '"', "`", "//", "a", "v1")),
        (parts) => {
          parseGoMod(parts.join(""));
        },
      ),
    );
  });
});

describe("compareGoVersions()", () => {
  test("orders as semantic versioning says", () => {
    const sorted = [
      "v0.0.0-2020",
      "v1.0.0-alpha",
      "v1.0.0-alpha.1",
      "v1.0.0-alpha.beta",
      "v1.0.0",
      "v1.2.0",
      "v1.10.0",
      "v2.0.0+incompatible",
    ];
    expect(sorted.toReversed().sort(compareGoVersions)).toEqual(sorted);
  });
});
