/**
 * The parts of OTLP that this package writes, in its JSON encoding: ids as lower-case hex, 64-bit whole numbers as decimal text, enums as
 * numbers. Names and numbers are those of the protobuf definitions.
 *
 * Source: "OpenTelemetry Protocol Specification", 1.10, "JSON Protobuf Encoding"; open-telemetry/opentelemetry-proto.
 */
import { wellFormed } from "./well-formed.ts";

/** A 64-bit whole number as decimal text. */
export type OtlpInteger = string;

/** A value of an attribute (`AnyValue`), of the kinds that spans and metrics of this package have. */
export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: OtlpInteger }
  | { readonly doubleValue: number };

/** A named value (`KeyValue`). */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** What made the data: a service, by its attributes. */
export interface OtlpResource {
  readonly attributes: readonly OtlpAttribute[];
}

/** The library that made the data (`InstrumentationScope`). */
export interface OtlpScope {
  readonly name: string;
  readonly version: string;
}

/** `SpanKind` on the wire; the numbers of the JavaScript API are one lower. */
export const OTLP_SPAN_KIND = { internal: 1, server: 2 } as const;

/** `StatusCode` on the wire. */
export const OTLP_STATUS = { unset: 0, error: 2 } as const;

/** `AggregationTemporality` on the wire. */
export const OTLP_TEMPORALITY = { delta: 1, cumulative: 2 } as const;

/** A span with a beginning and an end, both in nanoseconds since 1970. */
export interface OtlpSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly traceState?: string;
  readonly parentSpanId?: string;
  /** W3C trace flags, and whether the parent is known to be (bit 8) and is (bit 9) in another process. */
  readonly flags: number;
  readonly name: string;
  readonly kind: (typeof OTLP_SPAN_KIND)[keyof typeof OTLP_SPAN_KIND];
  readonly startTimeUnixNano: OtlpInteger;
  readonly endTimeUnixNano: OtlpInteger;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: (typeof OTLP_STATUS)[keyof typeof OTLP_STATUS]; readonly message?: string };
}

/** Body of a request to `/v1/traces` (`ExportTraceServiceRequest`). */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: OtlpResource;
    readonly scopeSpans: readonly { readonly scope: OtlpScope; readonly spans: readonly OtlpSpan[] }[];
    readonly schemaUrl: string;
  }[];
}

/** Whether a value counts from the last report or from the beginning. */
export type OtlpTemporality = (typeof OTLP_TEMPORALITY)[keyof typeof OTLP_TEMPORALITY];

/** A number over a time (`NumberDataPoint`); one of `asDouble` and `asInt` is there. */
export interface OtlpNumberPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano: OtlpInteger;
  readonly timeUnixNano: OtlpInteger;
  readonly asDouble?: number;
  readonly asInt?: OtlpInteger;
}

/** How often values fell between bounds over a time (`HistogramDataPoint`); there is one count more than bounds. */
export interface OtlpHistogramPoint {
  readonly attributes: readonly OtlpAttribute[];
  readonly startTimeUnixNano: OtlpInteger;
  readonly timeUnixNano: OtlpInteger;
  readonly count: OtlpInteger;
  readonly sum: number;
  readonly bucketCounts: readonly OtlpInteger[];
  readonly explicitBounds: readonly number[];
  readonly min: number;
  readonly max: number;
}

interface MetricHead {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** A metric with its points: a momentary value, a sum or a histogram. */
export type OtlpMetric =
  | (MetricHead & { readonly gauge: { readonly dataPoints: readonly OtlpNumberPoint[] } })
  | (MetricHead & {
      readonly sum: {
        readonly dataPoints: readonly OtlpNumberPoint[];
        readonly aggregationTemporality: OtlpTemporality;
        readonly isMonotonic: true;
      };
    })
  | (MetricHead & {
      readonly histogram: {
        readonly dataPoints: readonly OtlpHistogramPoint[];
        readonly aggregationTemporality: OtlpTemporality;
      };
    });

/** Body of a request to `/v1/metrics` (`ExportMetricsServiceRequest`). */
export interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly resource: OtlpResource;
    readonly scopeMetrics: readonly { readonly scope: OtlpScope; readonly metrics: readonly OtlpMetric[] }[];
    readonly schemaUrl: string;
  }[];
}

/** The version of the semantic conventions whose names are used. */
export const OTLP_SCHEMA_URL = "https://opentelemetry.io/schemas/1.37.0";

/** Longest text of one attribute, in UTF-16 units; receivers cut or refuse longer ones, each at its own limit. */
export const OTLP_TEXT_LIMIT = 4096;

/** Text as OTLP can hold it: valid Unicode and not endless. */
export function otlpText(text: string): string {
  return wellFormed(text.slice(0, OTLP_TEXT_LIMIT));
}

/** What an attribute may be made from; `undefined` leaves it out. */
export type OtlpInput = string | number | boolean | { readonly double: number } | undefined;

/** Gives attributes in the order of `values`, without those that are `undefined`, not finite or without a name. */
export function otlpAttributes(values: Readonly<Record<string, OtlpInput>>): readonly OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, input]): readonly OtlpAttribute[] => {
    const value = toValue(input);
    return key === "" || value === undefined ? [] : [{ key: otlpText(key), value }];
  });
}

function toValue(input: OtlpInput): OtlpValue | undefined {
  if (typeof input === "string") return { stringValue: otlpText(input) };
  if (typeof input === "boolean") return { boolValue: input };
  if (typeof input === "number") {
    if (Number.isSafeInteger(input)) return { intValue: integer(input) };
    return Number.isFinite(input) ? { doubleValue: input } : undefined;
  }
  return input !== undefined && Number.isFinite(input.double) ? { doubleValue: input.double + 0 } : undefined;
}

/** A whole number as OTLP writes it; `-0` is `0`. */
export function integer(value: number): OtlpInteger {
  return BigInt(Math.round(value)).toString();
}

const LAST_NANOSECOND = 2n ** 64n - 1n;

/**
 * Gives the time `ms` milliseconds after `startedAt` as nanoseconds since 1970. A start that cannot be read counts as 1970, and what lies
 * outside 64 bits is moved to their end.
 */
export function unixNano(startedAt: string, ms: number): OtlpInteger {
  const wall = Date.parse(startedAt);
  const start = BigInt(Number.isFinite(wall) ? wall : 0) * 1_000_000n;
  const offset = BigInt(Number.isFinite(ms) ? Math.round(ms * 1e6) : 0);
  const at = start + offset;
  return (at < 0n ? 0n : at > LAST_NANOSECOND ? LAST_NANOSECOND : at).toString();
}
