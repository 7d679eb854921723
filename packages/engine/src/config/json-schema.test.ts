import { readFileSync, writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { Ajv } from "ajv";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { publishedConfigSchema, TYPES_AGREE } from "./schema.ts";

/** The JSON Schema of the configuration file, made from the schema that validates it. */
function createConfigJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $id: "https://raw.githubusercontent.com/ai-workflow/ai-workflow/main/packages/engine/config.schema.json",
    title: "ai-workflow configuration (.workflow-config.yaml)",
    ...toJsonSchema(publishedConfigSchema, {
      errorMode: "throw",
      ignoreActions: ["check", "finite"],
    }),
  };
}

const file = new URL("../../config.schema.json", import.meta.url);

test("config.schema.json is what the validation schema says", () => {
  const text = `${JSON.stringify(createConfigJsonSchema(), undefined, 2)}\n`;
  // Run with UPDATE_SCHEMA=1 after a change of the schema.
  if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, text);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(text));
});

test.each([
  ["steps: { a: { run: x } }", true],
  ["steps: { a: { module: x.mjs, with: { deep: [1] } } }", true],
  ["steps: { a: { run: x, inputs: ['*.md'], when: { changed: [docs] }, timeout: 10m } }", true],
  ["stages: [{ id: core, trigger: manual }]\nsteps: { a: { run: x, stage: core } }", true],
  ["steps: { a: { run: x, module: y } }", false],
  ["steps: { a: {} }", false],
  ["steps: { a: { run: 1 } }", false],
  ["steps: { a: { run: x, retries: -1 } }", false],
  ["steps: { a: { run: x, timeout: soon } }", false],
  ["steps: { a: { run: x, when: { changed: [everything] } } }", false],
  ["steps: { ' a': { run: x } }", false],
  ["steps: { a: { run: x } }\nproject: { nme: y }", false],
  ["optimizations: { performance: { max_parallel_jobs: 0 } }\nsteps: { a: { run: x } }", false],
])("the published schema and the program agree on %s", (text, valid) => {
  const validate = new Ajv({ strict: false }).compile(createConfigJsonSchema());
  expect(validate(load(text))).toBe(valid);
  expect(parseConfig(text, "f.yaml", "name").ok).toBe(valid);
});

test("the written types of the configuration are those of the schema", () => {
  // The compiler refuses anything else; this keeps the comparison from being removed unnoticed.
  expect(TYPES_AGREE).toHaveLength(6);
});
