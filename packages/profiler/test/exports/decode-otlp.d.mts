import type { OtlpMetrics, OtlpTraces } from "../../src/exports/otlp.ts";

interface Bodies {
  readonly traces: OtlpTraces;
  readonly metrics: OtlpMetrics;
}

export declare function decodeOtlpProtobuf<Signal extends keyof Bodies>(
  signal: Signal,
  bytes: Uint8Array,
): Bodies[Signal];

export declare function decodeOtlpJson<Signal extends keyof Bodies>(signal: Signal, text: string): Bodies[Signal];

/** Gives `value` without its empty lists. */
export declare function withoutEmptyLists<Value>(value: Value): Value;
