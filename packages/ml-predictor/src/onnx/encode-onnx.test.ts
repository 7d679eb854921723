import { expect, test } from "vitest";
import { flatten, metadataFor } from "../../test/ensemble-arbitrary.ts";
import { decodeOnnx } from "./decode-onnx.ts";
import { encodeOnnx } from "./encode-onnx.ts";
import type { JsonValue } from "./model-metadata.ts";

const ensemble = flatten(2, 1, [1], [{ target: 0, value: 2 }]);
const metadata = metadataFor(2);

test("unused fields of nodes are not kept", async () => {
  const given = { ...ensemble, thresholds: Float32Array.of(5), lefts: Int32Array.of(7), missingLeft: Uint8Array.of(1) };
  expect(await encodeOnnx(given, metadata)).toEqual(await encodeOnnx(ensemble, metadata));
});

test.each<[string, object, string]>([
  ["names of other number", { featureNames: ["a"] }, "1 names for 2 features"],
  ["a name twice", { featureNames: ["a", "a"] }, "two features have one name"],
  ["a version that is no whole number", { featureVersion: 1.5 }, "the version of the features is no whole number, 1.5"],
  ["scores that are no JSON", { scores: { mae: NaN } }, '`scores` must be JSON, got NaN at "mae"'],
  ["a map", { trainedOn: { at: new Map() } }, '`trainedOn` must be JSON, got object at "at"'],
])("metadata with %s is refused", async (_, change, message) => {
  await expect(encodeOnnx(ensemble, { ...metadata, ...change })).rejects.toThrow(
    new TypeError(`Cannot encode the model: ${message}`),
  );
});

test("an ensemble that cannot be evaluated is refused", async () => {
  await expect(encodeOnnx({ ...ensemble, values: Float32Array.of(NaN) }, metadata)).rejects.toThrow(TypeError);
});

test("any JSON comes back as it was", async () => {
  const value = JSON.parse('{"__proto__":[null,true,"\\ud800",1e-7],"a":{}}') as JsonValue;
  const decoded = await decodeOnnx(await encodeOnnx(ensemble, { ...metadata, trainedOn: value, scores: null }));
  if (!decoded.ok) throw new Error(decoded.message);
  expect(JSON.stringify(decoded.metadata?.trainedOn)).toBe(JSON.stringify(value));
});
