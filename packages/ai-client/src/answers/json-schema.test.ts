import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSchemaValidator } from "./json-schema.ts";
import { parseStructuredAnswer } from "./parse-structured-answer.ts";

const SCHEMA = {
  type: "object",
  properties: { level: { enum: ["low", "high"] }, count: { type: "integer" } },
  required: ["level"],
  additionalProperties: false,
};

test("createSchemaValidator() accepts what is valid and says of the rest what is wrong where", async () => {
  const check = await createSchemaValidator<{ level: string }>(SCHEMA);
  expect(check({ level: "low", count: 2 })).toEqual({ ok: true, value: { level: "low", count: 2 } });
  expect(check({ level: "mid", count: 0.5, extra: 1 })).toEqual({
    ok: false,
    problems: [
      'The answer must not have the property "extra"',
      '`/level` must be one of "low", "high"',
      "`/count` must be integer",
    ],
  });
  expect(check({})).toEqual({ ok: false, problems: ["The answer must have required property 'level'"] });
});

test("createSchemaValidator() knows draft 2020-12, and draft 7 where the schema says so", async () => {
  const pair = [{ type: "string" }, { type: "number" }];
  const draft7 = await createSchemaValidator({ $schema: "http://json-schema.org/draft-07/schema#", items: pair });
  const draft2020 = await createSchemaValidator({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    prefixItems: pair,
  });
  for (const check of [draft7, draft2020]) {
    expect(check(["a", 1]).ok).toBe(true);
    expect(check([1, "a"]).ok).toBe(false);
  }
  await expect(createSchemaValidator({ $schema: "http://json-schema.org/draft-04/schema#" })).rejects.toThrow(
    "draft 2020-12 or draft 7",
  );
});

test.each([
  [{ type: "objct" }, "at `#/type`: must be"],
  [{ properties: { a: { minimum: "x" } } }, "at `#/properties/a/minimum`: must be number"],
  [{ properties: { a: { requird: [] } } }, "at `#/properties/a/requird`: strict mode: unknown keyword"],
  [{ properties: { "a/b": { $ref: "#/$defs/none" } } }, "at `#/properties/a~1b/$ref`: can't resolve"],
  [{ $ref: "http://localhost/schema.json" }, "at `#/$ref`: can't resolve"],
  [{ properties: { a: { pattern: "(" } } }, "at `#/properties/a/pattern`: Invalid regular expression"],
  [{ $async: true }, "`$async`"],
  [[], "must be an object"],
])("createSchemaValidator() refuses %j and says where", async (schema, problem) => {
  const error: unknown = await createSchemaValidator(schema).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TypeError);
  expect((error as Error).message).toContain(problem);
  await expect(createSchemaValidator(schema)).rejects.toThrow(TypeError);
});

test("createSchemaValidator() compiles a schema once, keeps equal ids apart and sees a change", async () => {
  const schema = { $id: "https://example.org/answer", type: "number", "x-note": "kept", example: 1 };
  const check = await createSchemaValidator(schema);
  expect(await createSchemaValidator({ ...schema })).toBe(check);
  schema.type = "string";
  const changed = await createSchemaValidator(schema);
  expect([check(1).ok, changed(1).ok, changed("1").ok]).toEqual([true, false, true]);
});

test("createSchemaValidator() does not take what objects inherit for what an answer says", async () => {
  const check = await createSchemaValidator({ type: "object", required: ["constructor"] });
  expect(check({}).ok).toBe(false);
  expect(check({ constructor: 1 }).ok).toBe(true);
});

test("an answer with the key `__proto__` changes no prototype and is a key that is not allowed", async () => {
  const text = '{"level":"low","__proto__":{"polluted":true}}';
  const strict = await createSchemaValidator(SCHEMA);
  expect(parseStructuredAnswer(text, strict).ok).toBe(false);
  const open = await createSchemaValidator<object>({ type: "object" });
  const result = parseStructuredAnswer(text, open);
  if (!result.ok) throw new Error("refused");
  expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype);
  expect("polluted" in result.value).toBe(false);
});

test("a check by a recursive schema accepts exactly its trees", async () => {
  const check = await createSchemaValidator({
    $ref: "#/$defs/tree",
    $defs: { tree: { type: "array", items: { anyOf: [{ type: "integer" }, { $ref: "#/$defs/tree" }] } } },
  });
  const { tree } = fc.letrec<{ tree: unknown[]; node: unknown }>((tie) => ({
    tree: fc.array(tie("node"), { maxLength: 3 }),
    node: fc.oneof({ depthSize: "small" }, fc.integer(), tie("tree")),
  }));
  fc.assert(fc.property(tree, (value) => check(value).ok));
  fc.assert(fc.property(tree, (value) => !check([value, "x"]).ok));
});
