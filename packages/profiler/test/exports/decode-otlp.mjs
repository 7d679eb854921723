import { createRequire } from "node:module";

/** Code that was generated from the published protobuf definitions of OTLP. */
const { opentelemetry } = createRequire(import.meta.url)("@opentelemetry/otlp-transformer/build/src/generated/root");

const TYPES = {
  traces: opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest,
  metrics: opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest,
};

const ID_LENGTHS = new Map([
  ["traceId", 16],
  ["spanId", 8],
  ["parentSpanId", 8],
]);

const mapFields = (value, change) => {
  if (Array.isArray(value)) return value.map((item) => mapFields(item, change));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, mapFields(change(name, field), change)]),
  );
};

const toHex = (name, field) => (ID_LENGTHS.has(name) ? Buffer.from(field).toString("hex") : field);

const toBytes = (name, field) => {
  const length = ID_LENGTHS.get(name);
  if (length === undefined) return field;
  if (typeof field !== "string" || !/^[0-9a-f]*$/u.test(field) || field.length !== length * 2 || /^0+$/u.test(field)) {
    throw new Error(`${name} is not ${length} bytes in hex: ${JSON.stringify(field)}`);
  }
  return Buffer.from(field, "hex");
};

/** Lists that are empty and lists that are absent are the same in protobuf. */
export function withoutEmptyLists(value) {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !Array.isArray(field) || field.length > 0)
      .map(([name, field]) => [name, withoutEmptyLists(field)]),
  );
}

const firstDifference = (a, b, path) => {
  if (Object.is(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return path;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = firstDifference(a[key], b[key], `${path}/${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
};

/** Decodes a body in the binary encoding; 64-bit numbers become decimal text, ids hex digits. */
export function decodeOtlpProtobuf(signal, bytes) {
  const type = TYPES[signal];
  const object = type.toObject(type.decode(bytes), { longs: String, enums: Number, bytes: Buffer });
  return mapFields(object, toHex);
}

/**
 * Reads a body in the JSON encoding through the generated types and their binary form, and throws where anything was lost or changed on the
 * way: a field that the definitions do not have, a wrong type, a number out of range, an id of the wrong length.
 */
export function decodeOtlpJson(signal, text) {
  const original = JSON.parse(text);
  const type = TYPES[signal];
  const decoded = decodeOtlpProtobuf(signal, type.encode(type.fromObject(mapFields(original, toBytes))).finish());
  const difference = firstDifference(withoutEmptyLists(original), decoded, "");
  if (difference !== undefined) throw new Error(`Not OTLP at ${difference}`);
  return decoded;
}
