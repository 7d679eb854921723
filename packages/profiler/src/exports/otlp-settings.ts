import type { TraceParent } from "./parse-trace-parent.ts";
import { parseTraceParent } from "./parse-trace-parent.ts";

/** What is sent: traces and metrics go separate ways. */
export type OtlpSignal = "traces" | "metrics";

/** How a body is encoded. */
export type OtlpProtocol = "http/json" | "http/protobuf";

/** Where one signal goes. */
export type OtlpTarget =
  | {
      readonly kind: "send";
      readonly url: URL;
      /** Further headers. Their values are secrets. */
      readonly headers: Readonly<Record<string, string>>;
      readonly protocol: OtlpProtocol;
      readonly gzip: boolean;
      /** Time for the signal, with all its tries. */
      readonly timeoutMs: number;
    }
  /** To standard output, for people. */
  | { readonly kind: "console" }
  /** Nobody asked for it. */
  | { readonly kind: "off"; readonly message: string }
  /** It was asked for, but cannot be done. */
  | { readonly kind: "impossible"; readonly message: string };

/** What the standard variables of OpenTelemetry ask for. */
export interface OtlpSettings {
  /** One or more for each signal. */
  readonly targets: Readonly<Record<OtlpSignal, readonly OtlpTarget[]>>;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly parent: TraceParent | undefined;
  readonly traceState: string | undefined;
  readonly temporality: "cumulative" | "delta";
  /** What a setting asks for in vain, a sentence each, without values. */
  readonly notes: readonly string[];
}

/** Values of environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Time for one signal where `OTEL_EXPORTER_OTLP_TIMEOUT` does not say, in milliseconds: a run must not wait long for its telemetry. */
export const DEFAULT_OTLP_TIMEOUT_MS = 5000;

/** Where a collector on the same machine listens. */
export const DEFAULT_OTLP_ENDPOINT = "http://localhost:4318";

/** Path of each signal under `OTEL_EXPORTER_OTLP_ENDPOINT`. */
const SIGNAL_PATHS: Readonly<Record<OtlpSignal, string>> = { traces: "v1/traces", metrics: "v1/metrics" };

/**
 * Reads the standard variables: `OTEL_SDK_DISABLED`, `OTEL_TRACES_EXPORTER` and `OTEL_METRICS_EXPORTER` (`otlp`, `console`, `none`),
 * `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_TIMEOUT`, `_PROTOCOL` and `_COMPRESSION` with their forms for one signal
 * (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, ...), `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, `OTEL_SERVICE_NAME`,
 * `OTEL_RESOURCE_ATTRIBUTES`, `TRACEPARENT` and `TRACESTATE`. An empty value counts as unset.
 *
 * Other than an SDK's, a signal is off until an exporter or an endpoint is named: no tool should look for a collector unasked. Where no
 * protocol is named it is `http/json`, which collectors accept on the same port and path as `http/protobuf`.
 *
 * Source: "OpenTelemetry Environment Variable Specification" and "OpenTelemetry Protocol Exporter".
 */
export function otlpSettings(environment: Environment): OtlpSettings {
  const notes: string[] = [];
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === "" ? undefined : value;
  };
  const disabled = read("OTEL_SDK_DISABLED")?.toLowerCase() === "true";
  const parentText = read("TRACEPARENT");
  const parent = parentText === undefined ? undefined : parseTraceParent(parentText);
  if (parentText !== undefined && parent === undefined) notes.push("TRACEPARENT cannot be read");
  const state = read("TRACESTATE");

  const attributes = parsePairs(read("OTEL_RESOURCE_ATTRIBUTES") ?? "");
  if (attributes === undefined) notes.push("OTEL_RESOURCE_ATTRIBUTES cannot be read");

  const targetsOf = (signal: OtlpSignal): readonly OtlpTarget[] => {
    if (disabled) return [{ kind: "off", message: "OTEL_SDK_DISABLED is true" }];
    if (signal === "traces") {
      const unsampled = whyUnsampled(read("OTEL_TRACES_SAMPLER"), parent);
      if (unsampled !== undefined) return [{ kind: "off", message: unsampled }];
    }
    return exportersOf(signal, read).map((exporter) => targetOf(exporter, signal, read, notes));
  };
  return {
    targets: { traces: targetsOf("traces"), metrics: targetsOf("metrics") },
    serviceName: read("OTEL_SERVICE_NAME"),
    resourceAttributes: attributes ?? {},
    parent,
    // Worth nothing without its parent, and to be dropped whole when it cannot be right.
    traceState: parent !== undefined && state !== undefined && /^[\x20-\x7e]{1,512}$/u.test(state) ? state : undefined,
    temporality:
      read("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")?.toLowerCase() === "delta" ? "delta" : "cumulative",
    notes: [...new Set(notes)],
  };
}

type Read = (name: string) => string | undefined;

function whyUnsampled(sampler: string | undefined, parent: TraceParent | undefined): string | undefined {
  if (sampler === "always_on") return undefined;
  if (sampler === "always_off") return "OTEL_TRACES_SAMPLER is always_off";
  if (parent === undefined) {
    return sampler === "parentbased_always_off" ? "OTEL_TRACES_SAMPLER is parentbased_always_off" : undefined;
  }
  return parent.sampled ? undefined : "the trace of TRACEPARENT is not recorded";
}

/** Names of exporters, in order, each once; `undefined` for none asked for. */
function exportersOf(signal: OtlpSignal, read: Read): readonly (string | undefined)[] {
  const names = read(`OTEL_${signal.toUpperCase()}_EXPORTER`)
    ?.split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (names !== undefined && names.length > 0) return [...new Set(names)];
  const endpoint = read(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`) ?? read("OTEL_EXPORTER_OTLP_ENDPOINT");
  return [endpoint === undefined ? undefined : "otlp"];
}

function targetOf(exporter: string | undefined, signal: OtlpSignal, read: Read, notes: string[]): OtlpTarget {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  switch (exporter) {
    case undefined:
      return { kind: "off", message: "no endpoint and no exporter is named" };
    case "none":
      return { kind: "off", message: `${variable} is none` };
    case "console":
      return { kind: "console" };
    case "otlp":
      return otlpTarget(signal, read, notes);
    default:
      return {
        kind: "impossible",
        message: `${variable} names an exporter that is not there; there are otlp, console and none`,
      };
  }
}

function otlpTarget(signal: OtlpSignal, read: Read, notes: string[]): OtlpTarget {
  /** The form for one signal goes before the general one. */
  const setting = (suffix: string): { readonly name: string; readonly value: string } | undefined => {
    for (const name of [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${suffix}`, `OTEL_EXPORTER_OTLP_${suffix}`]) {
      const value = read(name);
      if (value !== undefined) return { name, value };
    }
    return undefined;
  };

  const protocol = setting("PROTOCOL");
  if (protocol !== undefined && protocol.value !== "http/json" && protocol.value !== "http/protobuf") {
    const why = protocol.value === "grpc" ? "asks for grpc" : "names a protocol that is not known";
    return { kind: "impossible", message: `${protocol.name} ${why}; there are http/json and http/protobuf` };
  }

  const own = read(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  const endpointName =
    own === undefined ? "OTEL_EXPORTER_OTLP_ENDPOINT" : `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const endpoint = parseEndpoint(own ?? read("OTEL_EXPORTER_OTLP_ENDPOINT") ?? DEFAULT_OTLP_ENDPOINT);
  if (endpoint === undefined) {
    return { kind: "impossible", message: `${endpointName} is not an http or https URL` };
  }
  // The general endpoint is a folder, the one for a signal is used as it is.
  if (own === undefined) endpoint.pathname = `${endpoint.pathname.replace(/\/+$/u, "")}/${SIGNAL_PATHS[signal]}`;

  const headerSetting = setting("HEADERS");
  const headers = headerSetting === undefined ? {} : parseHeaders(headerSetting.value);
  if (headers === undefined) {
    // Without the header that lets it in, a request would only be turned away.
    return {
      kind: "impossible",
      message: `${headerSetting?.name ?? "_HEADERS"} cannot be read; the form is name=value,name=value`,
    };
  }
  const login = takeLogin(endpoint);

  const compression = setting("COMPRESSION");
  if (compression !== undefined && compression.value !== "gzip" && compression.value !== "none") {
    notes.push(`${compression.name} can be gzip or none`);
  }
  const certificate = setting("CERTIFICATE") ?? setting("CLIENT_CERTIFICATE") ?? setting("CLIENT_KEY");
  if (certificate !== undefined)
    notes.push(`${certificate.name} has no effect; NODE_EXTRA_CA_CERTS names further authorities`);
  const timeout = setting("TIMEOUT");
  const timeoutMs = timeout === undefined ? DEFAULT_OTLP_TIMEOUT_MS : parseTimeout(timeout.value);
  if (timeout !== undefined && timeoutMs === undefined)
    notes.push(`${timeout.name} is not a number of milliseconds above 0`);
  return {
    kind: "send",
    url: endpoint,
    headers: { ...(login === undefined ? {} : { authorization: login }), ...headers },
    protocol: protocol?.value === "http/protobuf" ? "http/protobuf" : "http/json",
    gzip: compression?.value === "gzip",
    timeoutMs: timeoutMs ?? DEFAULT_OTLP_TIMEOUT_MS,
  };
}

function parseEndpoint(text: string): URL | undefined {
  // An address without a scheme, such as localhost:4318, parses as one with the scheme `localhost`.
  if (!/^https?:\/\//iu.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

/** Takes user and password out of the URL, where nothing that shows it could tell them, and gives them as a header. */
function takeLogin(url: URL): string | undefined {
  const { username, password } = url;
  if (username === "" && password === "") return undefined;
  url.username = "";
  url.password = "";
  const login = `${decoded(username) ?? username}:${decoded(password) ?? password}`;
  return `Basic ${Buffer.from(login, "utf8").toString("base64")}`;
}

/** Longest time that a timer can wait, in milliseconds. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

function parseTimeout(text: string): number | undefined {
  const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= LONGEST_TIMEOUT_MS ? value : undefined;
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads `key=value,key=value` with percent-encoded values, as in W3C Baggage without properties; `undefined` when any of it cannot be read:
 * then all of it is to be dropped.
 */
function parsePairs(text: string): Readonly<Record<string, string>> | undefined {
  const pairs: [string, string][] = [];
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const separator = part.indexOf("=");
    const key = decoded(part.slice(0, Math.max(0, separator)).trim());
    const value = decoded(part.slice(separator + 1).trim());
    if (key === undefined || key === "" || value === undefined) return undefined;
    pairs.push([key, value]);
  }
  return Object.fromEntries(pairs);
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/u;

/** Headers that would break the request's own framing or encoding. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function parseHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = parsePairs(text);
  if (pairs === undefined) return undefined;
  const headers = Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value] as const);
  const usable = headers.every(
    ([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value) && !OWN_HEADERS.has(name),
  );
  return usable ? Object.fromEntries(headers) : undefined;
}
