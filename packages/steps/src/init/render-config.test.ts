import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PROJECT_KINDS, readConfig } from "@ai-workflow/engine";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStepLibrary } from "../create-step-library.ts";
import { describeProject } from "../project/describe-project.ts";
import type { InitFacts } from "./describe-repository.ts";
import { renderConfig } from "./render-config.ts";
import { INIT_TEMPLATES, pipelineOf } from "./templates.ts";

const library = createStepLibrary();
const source = { identity: library.version, load: async () => library };
const FACTS: InitFacts = {
  kind: { kind: "generic", why: "nothing says" },
  project: { languages: [], packageManagers: [], packages: [], commands: [] },
  units: 0,
  workspaces: [],
  ci: [],
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "init-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string): ReturnType<typeof readConfig> {
  writeFileSync(path.join(folder, ".workflow-config.yaml"), text);
  return readConfig(folder, { exact: true, library: source });
}

describe("renderConfig", () => {
  test.each(INIT_TEMPLATES)("%s can be read for every kind, with all steps of its pipeline", async (template) => {
    for (const kind of PROJECT_KINDS) {
      const { workflow } = await read(renderConfig({ ...FACTS, kind: { kind, why: "it was chosen" } }, template));
      const optional = library.steps.filter(
        ({ importance }) => (importance[kind] ?? importance.generic) === "optional",
      );
      const expected = library.pipelines[pipelineOf(template)]?.steps.filter(
        (id) => !optional.some((step) => step.id === id),
      );
      expect([...workflow.steps.keys()]).toEqual(expected);
    }
  });

  test("what is written as a comment can be read where the comment is taken away", async () => {
    for (const units of [0, 3]) {
      const text = renderConfig({ ...FACTS, units }, "full");
      const example = text.replace(/^# steps:[^]*/m, (part) => part.replaceAll(/^# /gm, ""));
      expect(example).not.toBe(text);
      // A step that the library does not have yet cannot be taken out.
      const has = library.steps.some(({ id }) => id === "markdown_lint");
      await expect(read(has ? example : example.replace(/^.*markdown_lint.*\n/m, ""))).resolves.toBeDefined();
    }
  });

  test("says what was found", () => {
    const files = new Map([
      ["package.json", '{"scripts":{"test":"vitest run","lint":"eslint ."}}'],
      ["pnpm-lock.yaml", ""],
      ["a.ts", ""],
    ]);
    const project = describeProject(new Set(files.keys()), (file) => files.get(file));
    const text = renderConfig({ ...FACTS, project, units: 2, workspaces: ["js"], ci: ["GitLab CI"] }, "ci");
    expect(text).toContain("# Found: TypeScript; pnpm; 2 units (js); GitLab CI.\n");
    expect(text).toContain('#   test: "pnpm test"\n#   lint: "pnpm run lint"\n');
    expect(text.split("\n").length).toBeLessThan(30);
  });

  test("a command or a folder that is full of tricks stays in its comment", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (command, directory) => {
        const found = {
          purpose: "test",
          ecosystem: "node",
          command,
          directory,
          file: "",
          because: "",
          isNamed: true,
        } as const;
        const packageManagers = [{ name: directory, ecosystem: "node", directory, file: "" }] as const;
        const project = { ...FACTS.project, packageManagers, commands: [found] };
        const text = renderConfig({ ...FACTS, project }, "full");
        expect(text).toMatch(/^[\n -~]*$/);
        const isComment = (line: string): boolean => line.startsWith("#");
        const plain = renderConfig(FACTS, "full")
          .split("\n")
          .filter((line) => !isComment(line) && line !== "");
        expect(text.split("\n").filter((line) => !isComment(line) && line !== "")).toEqual(plain);
        await expect(read(text)).resolves.toBeDefined();
      }),
      { numRuns: 50 },
    );
  });
});
