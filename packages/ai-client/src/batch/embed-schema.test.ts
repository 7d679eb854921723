import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSchemaValidator } from "../answers/json-schema.ts";
import { embedSchema } from "./embed-schema.ts";

const POINTER = "#/$defs/answer";

test("embedSchema() accepts in its new place exactly what the schema accepts alone", async () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        properties: { $ref: { type: "integer" }, const: { $ref: "#/$defs/leaf" }, next: { $ref: "#" } },
        additionalProperties: false,
      },
      leaf: { enum: [{ $ref: "#/$defs/leaf" }, 1] },
    },
  };
  const alone = await createSchemaValidator(schema);
  const embedded = await createSchemaValidator({ $ref: POINTER, $defs: { answer: embedSchema(schema, POINTER) } });
  const leaf = fc.constantFrom<unknown>({ $ref: "#/$defs/leaf" }, { $ref: "#/$defs/answer/$defs/leaf" }, 1, 2);
  const { node } = fc.letrec((tie) => ({
    node: fc.record({ $ref: fc.constantFrom(1, "x"), const: leaf, next: tie("node") }, { requiredKeys: [] }),
  }));
  let acceptedCount = 0;
  fc.assert(
    fc.property(node, (value) => {
      const isValid = alone(value).ok;
      if (isValid) acceptedCount += 1;
      expect(embedded(value).ok).toBe(isValid);
    }),
  );
  expect(acceptedCount).toBeGreaterThan(0);
});

test.each([
  [{ $id: "https://example.org/a" }],
  [{ items: { $anchor: "a" } }],
  [{ properties: { a: { $ref: "other.json" } } }],
  [{ anyOf: [true, { $ref: "#a" }] }],
])("embedSchema() does not move %j", (schema) => {
  expect(embedSchema(schema, POINTER)).toBeUndefined();
});
