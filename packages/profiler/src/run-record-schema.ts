import { runRecordShape } from "./run-record-shape.ts";
import type { Shape } from "./shape.ts";

/** A JSON Schema (2020-12) as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case "text":
      return { type: "string" };
    case "boolean":
      return { type: "boolean" };
    case "null":
      return { type: "null" };
    case "number":
      return {
        type: shape.whole === undefined ? "number" : "integer",
        ...(shape.least === undefined ? {} : { minimum: shape.least }),
      };
    case "values":
      return shape.values.length === 1 ? { const: shape.values[0] } : { enum: shape.values };
    case "list":
      return { type: "array", items: schemaOf(shape.of) };
    case "map":
      return { type: "object", additionalProperties: schemaOf(shape.of) };
    case "fields":
      return {
        type: "object",
        properties: Object.fromEntries(shape.fields.map((field) => [field.name, schemaOf(field.shape)])),
        required: shape.fields.filter(({ optional }) => !optional).map(({ name }) => name),
      };
    case "either":
      break;
  }
  return { anyOf: shape.of.map(schemaOf) };
}

/**
 * The JSON Schema (2020-12) of the run record. Fields it does not name are allowed: a newer tool may add optional fields
 * without a new `version`. Anything that an older reader would misread gets a new `version`, which this schema refuses.
 *
 * It has an entry point of its own, `@ai-workflow/profiler/run-record-schema`, so that a run does not load it.
 */
export const runRecordSchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "ai-workflow run record",
  description: "One run, whole. Times are milliseconds after startedAt on one monotonic clock.",
  ...schemaOf(runRecordShape),
};
