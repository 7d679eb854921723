import { readFileSync, writeFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { Ajv } from "ajv";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";
import { AI_TYPES_AGREE } from "./schema/ai-schema.ts";
import { ALERT_TYPES_AGREE } from "./schema/alert-schema.ts";
import { CONFIG_TYPES_AGREE, publishedConfigSchema } from "./schema/config-schema.ts";
import { OPTIMIZATION_TYPES_AGREE } from "./schema/optimization-schema.ts";
import { STEP_TYPES_AGREE } from "./schema/step-schema.ts";

/** The JSON Schema of the configuration file, made from the schema that validates it. */
function createConfigJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $id: "https://raw.githubusercontent.com/ai-workflow/ai-workflow/main/packages/engine/config.schema.json",
    title: "ai-workflow configuration (.workflow-config.yaml)",
    ...toJsonSchema(publishedConfigSchema, {
      errorMode: "throw",
      ignoreActions: ["check", "finite"],
    }),
    anyOf: [{ required: ["steps"] }, { required: ["pipeline"] }],
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
  ["steps: { a: { script: build, args: ['--run'], directory: web } }", true],
  ["steps: { a: { script: build, run: x } }", false],
  ["steps: { a: { run: x, inputs: ['*.md'], when: { changed: [docs] }, timeout: 10m } }", true],
  ["stages: [{ id: core, trigger: manual }]\nsteps: { a: { run: x, stage: core } }", true],
  ["steps: { a: { ai: { prompt: p, files: all, fail_on: high, min_confidence: 0.7, variables: { a: b } } } }", true],
  ["ai: { provider: anthropic, model: m, max_tokens: 10, budget: { max_calls: 3 } }\nsteps: {}", true],
  ["optimizations: { ai_cache: { enabled: false, ttl_hours: 0.5, max_size_mb: 10 } }\nsteps: {}", true],
  ["alerts: { rules: [{ kind: slow-run, threshold_seconds: 60, scope: [a] }] }\nsteps: { a: { run: x } }", true],
  [
    "alerts: { rules: [{ kind: degradation, window: 5, scope: run }], channels: [{ type: job-summary }] }\nsteps: {}",
    true,
  ],
  [
    "alerts: { rules: [{ kind: degradation }], channels: [{ type: slack, url_env: HOOK }], fail: true }\nsteps: {}",
    true,
  ],
  ["alerts: { rules: [] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: slow-run }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: slow }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation, window: 2 }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation, threshold_seconds: 2 }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation, scope: everything }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation }], channels: [{ type: pager }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation }], channels: [{ type: webhook, url_env: A }] }\nsteps: {}", false],
  ["alerts: { rules: [{ kind: degradation }], channels: [{ type: slack, url_env: 'https://x' }] }\nsteps: {}", false],
  ["steps: { a: { ai: { prompt: p }, run: x } }", false],
  ["steps: { a: { ai: { prompt: p, fail_on: error } } }", false],
  ["ai: { provider: somebody }\nsteps: {}", false],
  ["ai: { base_url: 'ftp://x' }\nsteps: {}", false],
  ["optimizations: { ai_cache: { ttl_hours: 0 } }\nsteps: {}", false],
  ["steps: { a: { run: x, module: y } }", false],
  ["steps: { a: { directory: web } }", false],
  ["steps: { a: { run: 1 } }", false],
  ["steps: { a: { run: x, retries: -1 } }", false],
  ["steps: { a: { run: x, retries: { attempts: 2, on_exit_codes: [75, 137], delay: 5s } } }", true],
  ["steps: { a: { run: x, retries: { delay: 5s } } }", false],
  ["steps: { a: { run: x, timeout: soon } }", false],
  ["steps: { a: { run: x, when: { changed: [everything] } } }", false],
  ["steps: { ' a': { run: x } }", false],
  ["steps: { a: on }", false],
  ["project: { name: x }", false],
  ["steps: { a: { run: x } }\nproject: { nme: y }", false],
  ["optimizations: { performance: { max_parallel_jobs: 0 } }\nsteps: { a: { run: x } }", false],
])("the published schema and the program agree on %s", (text, valid) => {
  const validate = new Ajv({ strict: false }).compile(createConfigJsonSchema());
  expect(validate(load(text))).toBe(valid);
  expect(parseConfig(text, "f.yaml", "name").ok).toBe(valid);
});

test("the written types of the configuration are those of the schema", () => {
  // The compiler refuses anything else; this keeps the comparison from being removed unnoticed.
  const agree = [STEP_TYPES_AGREE, ALERT_TYPES_AGREE, AI_TYPES_AGREE, OPTIMIZATION_TYPES_AGREE, CONFIG_TYPES_AGREE];
  expect(agree.flat()).toHaveLength(15);
});
