/** Variables of OpenTelemetry that say where something is to be sent, or that it is. */
const SWITCHES = /^OTEL_(?:EXPORTER_OTLP_(?:TRACES_|METRICS_)?ENDPOINT|(?:TRACES|METRICS)_EXPORTER)$/;

/** Whether the standard variables may ask for traces or metrics of the run; what they say in full is read when it is over. */
export function wantsTelemetry(environment: Readonly<Record<string, string | undefined>>): boolean {
  if (environment["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true") return false;
  for (const name in environment) {
    // Checked first by its beginning: there are many variables, and none is the rule.
    if (name.startsWith("OTEL_") && SWITCHES.test(name) && (environment[name] ?? "") !== "") return true;
  }
  return false;
}
