import type { OtlpMetrics, OtlpTraces } from "./otlp.ts";

/** How a field is written. `hex` is bytes that JSON shows as hex digits; whole numbers come as decimal text or as numbers. */
type Scalar = "string" | "hex" | "bool" | "int64" | "fixed64" | "fixed32" | "double" | "enum";

interface FieldDefinition {
  readonly number: number;
  readonly type: Scalar | Message;
  readonly repeated?: "each" | "packed";
}

/** Fields by their name in JSON. */
type Message = Readonly<Record<string, FieldDefinition>>;

const one = (number: number, type: Scalar | Message): FieldDefinition => ({ number, type });
const each = (number: number, type: Message): FieldDefinition => ({ number, type, repeated: "each" });
const packed = (number: number, type: "fixed64" | "double"): FieldDefinition => ({ number, type, repeated: "packed" });

const VALUE: Message = {
  stringValue: one(1, "string"),
  boolValue: one(2, "bool"),
  intValue: one(3, "int64"),
  doubleValue: one(4, "double"),
};
const ATTRIBUTE: Message = { key: one(1, "string"), value: one(2, VALUE) };
const RESOURCE: Message = { attributes: each(1, ATTRIBUTE) };
const SCOPE: Message = { name: one(1, "string"), version: one(2, "string") };
const SPAN: Message = {
  traceId: one(1, "hex"),
  spanId: one(2, "hex"),
  traceState: one(3, "string"),
  parentSpanId: one(4, "hex"),
  name: one(5, "string"),
  kind: one(6, "enum"),
  startTimeUnixNano: one(7, "fixed64"),
  endTimeUnixNano: one(8, "fixed64"),
  attributes: each(9, ATTRIBUTE),
  status: one(15, { message: one(2, "string"), code: one(3, "enum") }),
  flags: one(16, "fixed32"),
};
const TRACES: Message = {
  resourceSpans: each(1, {
    resource: one(1, RESOURCE),
    scopeSpans: each(2, { scope: one(1, SCOPE), spans: each(2, SPAN) }),
    schemaUrl: one(3, "string"),
  }),
};
const NUMBER_POINT: Message = {
  startTimeUnixNano: one(2, "fixed64"),
  timeUnixNano: one(3, "fixed64"),
  asDouble: one(4, "double"),
  asInt: one(6, "fixed64"),
  attributes: each(7, ATTRIBUTE),
};
const HISTOGRAM_POINT: Message = {
  startTimeUnixNano: one(2, "fixed64"),
  timeUnixNano: one(3, "fixed64"),
  count: one(4, "fixed64"),
  sum: one(5, "double"),
  bucketCounts: packed(6, "fixed64"),
  explicitBounds: packed(7, "double"),
  attributes: each(9, ATTRIBUTE),
  min: one(11, "double"),
  max: one(12, "double"),
};
const METRIC: Message = {
  name: one(1, "string"),
  description: one(2, "string"),
  unit: one(3, "string"),
  gauge: one(5, { dataPoints: each(1, NUMBER_POINT) }),
  sum: one(7, {
    dataPoints: each(1, NUMBER_POINT),
    aggregationTemporality: one(2, "enum"),
    isMonotonic: one(3, "bool"),
  }),
  histogram: one(9, { dataPoints: each(1, HISTOGRAM_POINT), aggregationTemporality: one(2, "enum") }),
};
const METRICS: Message = {
  resourceMetrics: each(1, {
    resource: one(1, RESOURCE),
    scopeMetrics: each(2, { scope: one(1, SCOPE), metrics: each(2, METRIC) }),
    schemaUrl: one(3, "string"),
  }),
};

/**
 * Gives a body in the binary encoding of protobuf, the only one that some receivers take. It says the same as the JSON.
 *
 * Source: "Encoding", protobuf documentation; field numbers from open-telemetry/opentelemetry-proto.
 */
export function encodeOtlpProtobuf(body: OtlpTraces | OtlpMetrics): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeMessage(body, "resourceSpans" in body ? TRACES : METRICS));
}

const WIRE_TYPE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Every field of `value` must be one of `message`: what has no number cannot be written. */
function encodeMessage(value: object, message: Message): Buffer {
  const parts = Object.entries(value).flatMap(([name, item]: readonly [string, unknown]): readonly Buffer[] => {
    const field = message[name];
    if (field === undefined) throw new TypeError(`Cannot encode OTLP: there is no number for the field "${name}"`);
    if (field.repeated === "packed") {
      const { type } = field;
      const content = (item as readonly unknown[]).map((entry) => encodeScalar(entry, type as Scalar).content);
      return [sized(field.number, Buffer.concat(content))];
    }
    const items = field.repeated === "each" ? (item as readonly unknown[]) : [item];
    return items.map((entry) => {
      if (typeof field.type === "object") return sized(field.number, encodeMessage(entry as object, field.type));
      const { wireType, content } = encodeScalar(entry, field.type);
      return wireType === WIRE_TYPE.bytes
        ? sized(field.number, content)
        : Buffer.concat([tag(field.number, wireType), content]);
    });
  });
  return Buffer.concat(parts);
}

const tag = (number: number, wireType: number): Buffer => varint(BigInt(number * 8 + wireType));

const sized = (number: number, content: Buffer): Buffer =>
  Buffer.concat([tag(number, WIRE_TYPE.bytes), varint(BigInt(content.length)), content]);

function encodeScalar(value: unknown, type: Scalar): { readonly wireType: number; readonly content: Buffer } {
  switch (type) {
    case "string":
      return { wireType: WIRE_TYPE.bytes, content: Buffer.from(value as string, "utf8") };
    case "hex":
      return { wireType: WIRE_TYPE.bytes, content: Buffer.from(value as string, "hex") };
    case "bool":
      return { wireType: WIRE_TYPE.varint, content: varint(value === true ? 1n : 0n) };
    case "int64":
    case "enum":
      return { wireType: WIRE_TYPE.varint, content: varint(BigInt.asUintN(64, BigInt(value as string | number))) };
    case "fixed64": {
      const content = Buffer.alloc(8);
      content.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value as string)));
      return { wireType: WIRE_TYPE.fixed64, content };
    }
    case "fixed32": {
      const content = Buffer.alloc(4);
      content.writeUInt32LE(value as number);
      return { wireType: WIRE_TYPE.fixed32, content };
    }
    case "double": {
      const content = Buffer.alloc(8);
      content.writeDoubleLE(value as number);
      return { wireType: WIRE_TYPE.fixed64, content };
    }
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
