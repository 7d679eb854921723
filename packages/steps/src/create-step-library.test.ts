import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfig } from "@ai-workflow/engine";
import { describe, expect, test } from "vitest";
import { createStepLibrary } from "./create-step-library.ts";
import { STEP_NAMES } from "./step-names.ts";

const library = createStepLibrary();
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The part of the README about a step. */
function sectionOf(id: string): string {
  const [, after = ""] = readme.split(`\n## ${id}\n`);
  return after.split("\n## ")[0] ?? "";
}

describe("createStepLibrary()", () => {
  test("has every step whose folder is there, each with a module of its own", () => {
    const folders = readdirSync(path.join(import.meta.dirname, "steps"), { withFileTypes: true })
      .filter((entry) => existsSync(path.join(entry.parentPath, entry.name, "step.ts")))
      .map(({ name }) => name.replaceAll("-", "_"));
    expect(library.steps.map(({ id }) => id).toSorted()).toEqual(folders.toSorted());
    for (const { module } of library.steps) expect(existsSync(module.replace(/\.js$/, ".ts")), module).toBe(true);
  });

  test("gives every step its names, and none to two", () => {
    for (const { id, aliases } of library.steps) expect(aliases, id).toEqual(STEP_NAMES[id]);
    const names = library.steps.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });

  test("says of its steps only what a configuration may say, so that the engine takes it", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "library-"));
    const names = Object.keys(library.pipelines);
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      writeFileSync(path.join(directory, ".workflow-config.yaml"), `pipeline: ${name}\n`);
      const source = { identity: name, load: () => Promise.resolve(library) };
      const { workflow } = await readConfig(directory, { exact: true, library: source });
      expect(workflow.steps.size, name).toBeGreaterThan(3);
    }
    rmSync(directory, { recursive: true });
  });

  test("takes modules from where a bundle has them", () => {
    const { steps, version } = createStepLibrary({ version: "9", moduleOf: (id) => `/bundle/${id}.mjs` });
    expect(version).toBe("9");
    expect(steps.find(({ id }) => id === "git_status_check")?.module).toBe("/bundle/git_status_check.mjs");
  });

  test.each(library.steps)("the README tells of $id and of each of its options", ({ id, options }) => {
    const section = sectionOf(id);
    expect(section.length).toBeGreaterThan(100);
    for (const option of options) expect(section).toContain(`\`${option}\``);
  });

  test("every pipeline has its steps in the order of the standard one, and none that is not there", () => {
    const order = library.steps.map(({ id }) => id);
    expect(library.pipelines["standard"]?.steps).toEqual(order);
    for (const { steps, stages, onFailure } of Object.values(library.pipelines)) {
      expect(steps).toEqual(order.filter((id) => steps.includes(id)));
      // One run tells everything there is to mend.
      expect(onFailure).toBe("dependencies-successful");
      expect(stages.map(({ id, trigger }) => [id, trigger])).toEqual([
        ["core_validation", undefined],
        ["extended_validation", "auto"],
        ["summary", "auto"],
        ["finalisation", "manual"],
      ]);
    }
  });

  test("every step names a stage of the pipelines and needs only steps before it", () => {
    const stages = library.pipelines["standard"]?.stages.map(({ id }) => id) ?? [];
    const all = library.steps.map(({ id }) => id);
    for (const [place, { id, defaults }] of library.steps.entries()) {
      const before = all.slice(0, place);
      const named = [...(defaults.needs ?? []), ...(defaults.uses ?? [])];
      expect(stages, id).toContain(defaults.stage);
      expect(before, id).toEqual(expect.arrayContaining(named.filter((need) => all.includes(need))));
      expect(Object.keys(STEP_NAMES), id).toEqual(expect.arrayContaining(named));
    }
  });
});
