import { isJsonObject } from "../shape.ts";

/** What a receiver says of a request. */
export interface OtlpAnswer {
  /** Spans or data points that it did not take; 0 when it took all. */
  readonly rejected: number;
  /** Its words: why it rejected, what it warns of, or what went wrong; empty for none. */
  readonly message: string;
}

const NOTHING: OtlpAnswer = { rejected: 0, message: "" };

/**
 * Reads the body of an answer: `partial_success` of a good one, `message` of a bad one. A body that cannot be read says nothing. Never
 * throws.
 *
 * Source: "OpenTelemetry Protocol Specification", "OTLP/HTTP Response".
 */
export function readOtlpAnswer(
  body: Uint8Array,
  options: { readonly json: boolean; readonly ok: boolean },
): OtlpAnswer {
  if (options.json) return fromJson(body, options.ok);
  const fields = fieldsOf(body);
  if (!options.ok) return { rejected: 0, message: textOf(fields?.get(2)) };
  const partial = fields?.get(1);
  if (!(partial instanceof Uint8Array)) return NOTHING;
  const inner = fieldsOf(partial);
  const rejected = inner?.get(1);
  return { rejected: typeof rejected === "bigint" ? Number(rejected) : 0, message: textOf(inner?.get(2)) };
}

const textOf = (value: bigint | Uint8Array | undefined): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : "";

function fromJson(body: Uint8Array, ok: boolean): OtlpAnswer {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return NOTHING;
  }
  const from = ok && isJsonObject(value) ? value["partialSuccess"] : value;
  if (!isJsonObject(from)) return NOTHING;
  const message = from[ok ? "errorMessage" : "message"];
  const rejected = ok ? Number(from["rejectedSpans"] ?? from["rejectedDataPoints"] ?? 0) : 0;
  return {
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    message: typeof message === "string" ? message : "",
  };
}

/** The last value of each varint and bytes field; `undefined` for what is not protobuf. */
function fieldsOf(body: Uint8Array): ReadonlyMap<number, bigint | Uint8Array> | undefined {
  const fields = new Map<number, bigint | Uint8Array>();
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = body[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return undefined;
  };
  while (at < body.length) {
    const tag = varint();
    if (tag === undefined) return undefined;
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === 1 || wireType === 5) {
      at += wireType === 1 ? 8 : 4;
      continue;
    }
    const value = wireType === 0 || wireType === 2 ? varint() : undefined;
    if (value === undefined) return undefined;
    if (wireType === 0) {
      fields.set(number, value);
      continue;
    }
    const end = at + Number(value);
    if (end > body.length) return undefined;
    fields.set(number, body.subarray(at, end));
    at = end;
  }
  return fields;
}
