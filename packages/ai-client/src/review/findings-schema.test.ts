import { Ajv } from "ajv";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SEVERITIES, validateFindings } from "./finding.ts";
import { FINDINGS_SCHEMA } from "./findings-schema.ts";

const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(FINDINGS_SCHEMA);

const text = fc.string({ maxLength: 5 });
const sound = {
  ruleId: text,
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  file: text,
  startLine: fc.maxSafeInteger(),
  endLine: fc.maxSafeInteger(),
  title: text,
  message: text,
  evidence: text,
  suggestion: fc.option(text),
};
const anything = fc.constantFrom(null, "blocker", "", 1, 2.5, -1, true, [], {});

test("FINDINGS_SCHEMA accepts exactly what validateFindings() accepts, fields of other kinds included", () => {
  const finding = fc.record(sound).chain((value) => {
    const change = fc
      .constantFrom(...Object.keys(sound))
      .chain((key) => anything.map((item) => ({ ...value, [key]: item })));
    return fc.oneof({ arbitrary: fc.constant(value), weight: 3 }, { arbitrary: change, weight: 1 });
  });
  let [accepted, refused] = [0, 0];
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 3 }), (findings) => {
      const answer = { findings };
      expect(isValid(answer)).toBe(validateFindings(answer).ok);
      if (isValid(answer)) accepted += 1;
      else refused += 1;
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(accepted, refused)).toBeGreaterThan(50);
});

test.each([null, [], "x", { findings: {} }, { findings: [null] }, {}])(
  "FINDINGS_SCHEMA and validateFindings() both refuse %j",
  (answer) => {
    expect(isValid(answer)).toBe(false);
    expect(validateFindings(answer).ok).toBe(false);
  },
);

test("FINDINGS_SCHEMA is one that providers enforce: every object is closed and requires all it has", () => {
  let objectCount = 0;
  const visit = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
    if (type === "object") {
      objectCount += 1;
      expect(additionalProperties).toBe(false);
      expect(required).toEqual(Object.keys(properties as object));
    }
    Object.values(schema).forEach(visit);
  };
  visit(FINDINGS_SCHEMA);
  expect(objectCount).toBe(2);
});
