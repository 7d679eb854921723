import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryRunRecord } from "../test/arbitrary-run-record.ts";
import { exampleRunRecord } from "../test/example-run-record.ts";
import { parseRunRecord } from "./parse-run-record.ts";
import { runRecordSchema, type JsonSchema } from "./run-record-schema.ts";

const validate = new Ajv2020({ strict: true }).compile(runRecordSchema);

/** The same schema without room for further fields. */
function closed(schema: JsonSchema): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    return "properties" in copy && "required" in copy ? { ...copy, additionalProperties: false } : copy;
  };
  return walk(schema) as JsonSchema;
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key]))];
}

/** A copy of `value` in which the part at `path` is replaced, or removed when `replacement` is undefined. */
function mutate(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => {
      if (index !== key) return [item];
      const next = mutate(item, rest, replacement);
      return next === undefined ? [] : [next];
    });
  }
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, item]: [string, unknown]) => {
      if (name !== key) return [[name, item]];
      const next = mutate(item, rest, replacement);
      return next === undefined ? [] : [[name, next]];
    }),
  );
}

const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("runRecordSchema", () => {
  test("accepts every record of the type and names every field of it", () => {
    const validateClosed = new Ajv2020({ strict: true }).compile(closed(runRecordSchema));
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        const json = toJson(record);
        expect(validateClosed(json), JSON.stringify(validateClosed.errors)).toBe(true);
        expect(validate(json)).toBe(true);
      }),
    );
  });

  test("names no field that the type does not have", () => {
    const seen = new Set<string>();
    const fieldsOf = (schema: unknown, at: string): string[] => {
      if (typeof schema !== "object" || schema === null) return [];
      const { properties, items, anyOf } = schema as Record<string, Record<string, unknown> | undefined>;
      return [
        ...Object.entries(properties ?? {}).flatMap(([name, of]) => [
          `${at}.${name}`,
          ...fieldsOf(of, `${at}.${name}`),
        ]),
        ...fieldsOf(items, `${at}[]`),
        ...(Array.isArray(anyOf) ? anyOf.flatMap((option) => fieldsOf(option, at)) : []),
      ];
    };
    const note = (value: unknown, at: string): void => {
      if (Array.isArray(value)) for (const item of value) note(item, `${at}[]`);
      else if (typeof value === "object" && value !== null) {
        for (const [name, item] of Object.entries(value)) {
          seen.add(`${at}.${name}`);
          note(item, `${at}.${name}`);
        }
      }
    };
    for (const record of fc.sample(arbitraryRunRecord, { numRuns: 300, seed: 1 })) note(record, "");
    const unseen = fieldsOf(runRecordSchema, "").filter((field) => !seen.has(field));
    expect(unseen).toEqual([]);
  });

  test("allows fields it does not know, at any depth", () => {
    const record = toJson({
      ...exampleRunRecord,
      futureField: { a: 1 },
      steps: exampleRunRecord.steps.map((step) => ({ ...step, futureField: true })),
    });
    expect(validate(record)).toBe(true);
    expect(parseRunRecord(JSON.stringify(record))).toEqual({ ok: true, record });
  });

  test("refuses a record of another version or of another kind", () => {
    expect(validate({ ...exampleRunRecord, version: 2 })).toBe(false);
    expect(validate({ ...exampleRunRecord, schema: "other" })).toBe(false);
    expect(validate({})).toBe(false);
  });
});

describe("parseRunRecord()", () => {
  test("gives back every record that was written as JSON", () => {
    fc.assert(
      fc.property(arbitraryRunRecord, (record) => {
        expect(parseRunRecord(JSON.stringify(record))).toEqual({ ok: true, record: toJson(record) });
      }),
    );
  });

  test("accepts exactly what the schema accepts when any one part is removed or replaced", () => {
    const replacement = fc.oneof(
      fc.constant(undefined),
      fc.constantFrom<unknown[]>(null, -1, 0, 0.5, 1, "", "passed", true, false),
      fc.constant([]),
      fc.constant({}),
    );
    const outcomes = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(arbitraryRunRecord, fc.nat(), replacement, (record, choice, part) => {
        const json = toJson(record);
        const paths = pathsOf(json).slice(1);
        const path = paths.at(choice % paths.length) ?? [];
        const mutated = mutate(json, path, part);
        const parsed = parseRunRecord(JSON.stringify(mutated));
        expect(parsed.ok, `${path.join("/")} := ${JSON.stringify(part)}`).toBe(validate(mutated));
        outcomes[parsed.ok ? "accepted" : "refused"] += 1;
      }),
      { numRuns: 1000 },
    );
    expect(outcomes.accepted).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(200);
  });

  test("says where a record is wrong", () => {
    const mutated = mutate(toJson(exampleRunRecord), ["steps", 1, "outcome"], "fine");
    expect(parseRunRecord(JSON.stringify(mutated))).toMatchObject({
      ok: false,
      problem: { code: "corrupt", path: "/steps/1/outcome" },
    });
    const inMap = mutate(toJson(exampleRunRecord), ["changeSet", "categories"], { "a/b~c": "x" });
    expect(parseRunRecord(JSON.stringify(inMap))).toMatchObject({
      problem: { path: "/changeSet/categories/a~1b~0c" },
    });
  });

  test("tells a newer format from a damaged one and from another kind of file", () => {
    const problemOf = (value: unknown): unknown => parseRunRecord(JSON.stringify(value));
    expect(problemOf({ ...exampleRunRecord, version: 2 })).toMatchObject({
      ok: false,
      problem: { code: "newer-version" },
    });
    expect(problemOf({ ...exampleRunRecord, version: "2" })).toMatchObject({
      problem: { code: "corrupt", path: "/version" },
    });
    expect(problemOf({ name: "package" })).toMatchObject({ problem: { code: "not-a-run-record" } });
    for (const other of [null, 3, "text", []]) {
      expect(problemOf(other)).toMatchObject({ problem: { code: "not-a-run-record" } });
    }
  });

  test("reports a record that was cut off at any byte, and never throws on any text", () => {
    const text = JSON.stringify(exampleRunRecord);
    for (let length = 0; length < text.length; length += 1) {
      expect(parseRunRecord(text.slice(0, length))).toMatchObject({ ok: false, problem: { code: "corrupt" } });
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
        expect(parseRunRecord(anything).ok).toBe(false);
      }),
    );
    expect(parseRunRecord("[".repeat(100_000)).ok).toBe(false);
  });

  test("ignores a byte order mark", () => {
    expect(parseRunRecord(`\uFEFF${JSON.stringify(exampleRunRecord)}`).ok).toBe(true);
  });
});
