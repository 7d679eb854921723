import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";
import { parseGradleBuild, parseGradleSettings, withoutComments } from "./parse-gradle.ts";

const read = (files: Readonly<Record<string, string>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));

describe("readUnits() in Gradle builds", () => {
  test("takes included projects, nested ones, other folders, buildSrc and included builds", async () => {
    const graph = await read({
      "settings.gradle.kts": `
rootProject.name = "shop"
// include(":commented")
include(":api", "lib:core") /* include(":no") */
include(
    ":web",
    ":tools",
)
project(":tools").projectDir = file("misc/the-tools")
includeBuild("build-logic")
`,
      "build.gradle.kts": "plugins { java }\n",
      "api/build.gradle.kts": `
dependencies {
    implementation(project(":lib:core"))
    testImplementation(project(path = ":tools", configuration = "x"))
    implementation("com.example:project:1.0") // project(":web")
}
`,
      "lib/build.gradle.kts": "",
      "lib/core/build.gradle.kts": 'dependencies { api(platform(project(":lib"))) }',
      "web/build.gradle.kts":
        "dependencies {\n  implementation(projects.lib.core)\n  testImplementation(projects.api)\n}",
      "misc/the-tools/build.gradle.kts": "",
      "buildSrc/build.gradle.kts": "",
      "build-logic/settings.gradle.kts": "",
      "build-logic/build.gradle.kts": "",
    });
    expect(graph.units.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "gradle:. shop",
      "gradle:api :api",
      "gradle:build-logic build-logic",
      "gradle:buildSrc buildSrc",
      "gradle:lib :lib",
      "gradle:lib/core :lib:core",
      "gradle:misc/the-tools :tools",
      "gradle:web :web",
    ]);
    const own = edges(graph).filter((edge) => !edge.includes(" build gradle:build"));
    expect(own).toEqual([
      "gradle:api runtime gradle:lib/core",
      "gradle:api dev gradle:misc/the-tools",
      "gradle:lib/core runtime gradle:lib",
      "gradle:web runtime gradle:lib/core",
      "gradle:web dev gradle:api",
    ]);
    expect(edges(graph)).toContain("gradle:web build gradle:build-logic");
    expect(edges(graph)).toContain("gradle:web build gradle:buildSrc");
    expect(graph.problems).toEqual([]);
  });

  test("reads Groovy: includes without brackets over several lines, new File, project paths with `path:`", async () => {
    const graph = await read({
      "settings.gradle": `include 'a', 'b',
        'c'
project(':c').projectDir = new File(settingsDir, 'deep/c')
`,
      "a/build.gradle": "dependencies {\n compile project(':b')\n testCompile project(path: ':c')\n}",
      "b/build.gradle": 'apply from: "$rootDir/gradle/shared.gradle"\n',
      "gradle/shared.gradle": "ext.x = 1\n",
      "deep/c/build.gradle": "",
    });
    expect(graph.units.map(({ id }) => id)).toEqual(["gradle:.", "gradle:a", "gradle:b", "gradle:deep/c"]);
    expect(edges(graph)).toEqual(["gradle:a runtime gradle:b", "gradle:a dev gradle:deep/c"]);
    expect(graph.units.find(({ id }) => id === "gradle:b")?.inherits).toContainEqual({
      path: "gradle/shared.gradle",
      what: "the script shared.gradle",
      value: "ext.x = 1\n",
    });
  });

  test("where includes are code every folder with a build script is a project", async () => {
    const graph = await read({
      "settings.gradle": "file('mods').listFiles().each { include \"mods:${it.name}\" }\n",
      "mods/a/build.gradle": "dependencies { implementation project(':mods:b') }",
      "mods/b/build.gradle": "",
    });
    expect(edges(graph)).toEqual(["gradle:mods/a runtime gradle:mods/b"]);
    expect(graph.problems).toMatchObject([{ path: "settings.gradle", affects: "nothing" }]);
  });

  test("a project whose dependencies are code, or unknown, counts as needing all others", async () => {
    const graph = await read({
      "settings.gradle": "include 'a', 'b', 'c'\n",
      "a/build.gradle": "dependencies { implementation project(someVariable); implementation project(':c') }",
      "b/build.gradle": "dependencies { implementation project(':nowhere') }",
      "c/build.gradle": "description = project.name\n",
    });
    expect(edges(graph)).toEqual([
      "gradle:a runtime gradle:c",
      "gradle:a runtime gradle:.",
      "gradle:a runtime gradle:b",
      "gradle:b runtime gradle:.",
      "gradle:b runtime gradle:a",
      "gradle:b runtime gradle:c",
    ]);
    expect(graph.problems.map(({ path, affects }) => `${path} ${affects}`)).toEqual([
      "a/build.gradle nothing",
      "b/build.gradle nothing",
    ]);
  });

  test("with thousands of others it counts as affected by any change instead", async () => {
    const names = Array.from({ length: 2001 }, (_, at) => `'p${at}'`);
    const graph = await read({
      "settings.gradle": `include ${names.join(", ")}\n`,
      "p0/build.gradle": "dependencies { implementation project(someVariable) }",
    });
    expect(graph.problems).toMatchObject([{ path: "p0/build.gradle", affects: "unit", unit: "gradle:p0" }]);
  });
});

describe("parseGradleSettings() and parseGradleBuild()", () => {
  test("comment marks in strings are no comments", () => {
    expect(withoutComments('a = \'http://x\' // gone\nb = """/* kept */"""/* gone */c')).toBe(
      'a = \'http://x\'\nb = """/* kept */""" c',
    );
  });

  test("any text is read without an exception", () => {
    const part = fc.constantFrom(
      "include",
      "(",
      ")",
      "'",
      '"',
      '"""',
      "/*",
      "*/",
      "//",
      "project",
      "projects.",
      ":a",
      ",",
      "\n",
      " ",
      "$",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        parseGradleSettings(parts.join(""));
        parseGradleBuild(parts.join(""));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["/*"],
    ['"""'],
    ["include "],
    ["include 'a'  "],
    ["project("],
    ["project( "],
    ["projects.a."],
    ["apply "],
    ["a"],
    [" "],
    ["\n"],
    ["'a' , "],
  ])(
    "half a megabyte of %j takes no time worth the name",
    (piece) => {
      const text = piece.repeat(Math.ceil(500_000 / piece.length));
      parseGradleSettings(text);
      parseGradleSettings(`include ${text} x`);
      parseGradleBuild(text);
    },
    10_000,
  );
});
