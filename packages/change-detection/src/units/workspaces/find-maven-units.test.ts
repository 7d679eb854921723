import { describe, expect, test } from "vitest";
import { memoryTree } from "../../../test/memory-tree.ts";
import { readUnits } from "../read-units.ts";
import type { UnitGraph } from "../unit.ts";

const read = (files: Readonly<Record<string, string>>): Promise<UnitGraph> => readUnits(memoryTree(files));
const edges = ({ units }: UnitGraph): string[] =>
  units.flatMap(({ id, dependencies }) => dependencies.map(({ unit, kind }) => `${id} ${kind} ${unit}`));
const dependency = (group: string, artifact: string, rest = ""): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId>${rest}</dependency>`;
const pom = (artifact: string, rest = ""): string =>
  `<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>g</groupId><artifactId>parent</artifactId><version>1</version></parent>
  <artifactId>${artifact}</artifactId>${rest}</project>`;
const parent = `<project><groupId>g</groupId><artifactId>parent</artifactId><packaging>pom</packaging>
  <modules><module>a</module><module> b </module><module>nested/pom.xml</module><module>../../out</module></modules>
  <profiles><profile><modules><module>profiled</module></modules></profile></profiles>
  <properties><own.group>g</own.group><indirect>\${own.group}</indirect></properties></project>`;

describe("readUnits() in Maven builds", () => {
  test("follows modules, profiles, and dependencies by groupId:artifactId with simple properties", async () => {
    const graph = await read({
      "pom.xml": parent,
      "a/pom.xml": pom(
        "art-a",
        `<dependencies>${dependency("g", "art-b")}${dependency("${project.groupId}", "art-n", "<scope>test</scope>")}
         ${dependency("other", "art-p")}${dependency("${nobody.knows}", "art-p", "<optional>true</optional>")}</dependencies>`,
      ),
      "b/pom.xml": pom("art-b", `<dependencies>${dependency("${indirect}", "art-n")}</dependencies>`),
      "nested/pom.xml": pom("art-n"),
      "profiled/pom.xml": pom(
        "art-p",
        `<build><plugins><plugin><groupId>g</groupId><artifactId>art-n</artifactId></plugin></plugins></build>`,
      ),
      "a/src/test/resources/p/pom.xml": pom("not-a-module"),
    });
    expect(graph.units.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "maven:. parent",
      "maven:a art-a",
      "maven:b art-b",
      "maven:nested art-n",
      "maven:profiled art-p",
    ]);
    expect(edges(graph)).toEqual([
      "maven:a runtime maven:b",
      "maven:a dev maven:nested",
      "maven:a optional maven:profiled",
      "maven:b runtime maven:nested",
      "maven:profiled build maven:nested",
    ]);
    expect(graph.problems).toMatchObject([{ path: "pom.xml", affects: "nothing" }]);
  });

  test("a module takes over its parents in the repository, but not their lists of modules", async () => {
    const inherits = async (root: string): Promise<readonly string[]> => {
      const { units } = await read({ "pom.xml": root, "a/pom.xml": pom("a"), "b/pom.xml": pom("b") });
      return units.find(({ id }) => id === "maven:a")?.inherits.map(({ path, value }) => `${path} ${value}`) ?? [];
    };
    const before = await inherits(parent);
    expect(before).toHaveLength(1);
    expect(await inherits(parent.replace("<module>nested/pom.xml</module>", ""))).toEqual(before);
    expect(await inherits(parent.replace("<own.group>g<", "<own.group>h<"))).not.toEqual(before);
  });

  test.each([
    ["no XML", "<project><modules>"],
    ["another document", "<html></html>"],
    ["a name of the prototype", "<project><__proto__>1</__proto__></project>"],
    ["entities that multiply", `<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>`],
  ])("a root POM with %s makes its modules unknown", async (_name, text) => {
    const graph = await read({ "pom.xml": text, "a/pom.xml": pom("a") });
    expect(graph.problems.map(({ path, affects }) => [path, affects])).toContainEqual(["pom.xml", "everything"]);
  });

  test("parents and modules in a circle end", async () => {
    const graph = await read({
      "pom.xml": `<project><parent><groupId>g</groupId><artifactId>a</artifactId><relativePath>a/pom.xml</relativePath></parent><artifactId>root</artifactId><modules><module>a</module></modules></project>`,
      "a/pom.xml": `<project><parent><groupId>g</groupId><artifactId>root</artifactId></parent><artifactId>a</artifactId><modules><module>..</module></modules><properties><x>\${y}</x><y>\${x}</y></properties><dependencies>${dependency("${x}", "root")}</dependencies></project>`,
    });
    expect(graph.units.map(({ id }) => id)).toEqual(["maven:.", "maven:a"]);
    expect(edges(graph)).toEqual(["maven:a runtime maven:."]);
  });
});
