/** One family of metrics. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string;
  readonly samples: { readonly labels: ReadonlyMap<string, string>; readonly value: number }[];
}

const METADATA = /^# (?<kind>HELP|TYPE|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>[^\n]+)$/u;
const SAMPLE = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\{(?<labels>[^\n]*)\} (?<value>-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?))$/u;
const LABEL = /(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>(?:[^"\\\n]|\\[\\"n])*)"(?<end>,(?=[a-zA-Z_])|$)/uy;
const CONTROL = /[^\P{Cc}]/u;

/**
 * Reads the part of OpenMetrics 1.0 that consists of gauges with labels and without timestamps, strictly: metadata once, before the samples and
 * with the unit in the name, families in one piece, no series twice, and `# EOF` with a line end as the end. Throws for anything else.
 */
export function parseOpenMetrics(text: string): readonly MetricFamily[] {
  if (!text.endsWith("\n# EOF\n")) throw new Error("The end is not # EOF and a line end");
  const families = new Map<string, MetricFamily>();
  const series = new Set<string>();
  let current: { name: string; HELP?: string; TYPE?: string; UNIT?: string } | undefined;
  for (const line of text.slice(0, -"\n# EOF\n".length).split("\n")) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    if (CONTROL.test(line)) fail("A control character");
    const metadata = METADATA.exec(line)?.groups;
    if (metadata !== undefined) {
      const { kind, name = "", text: content = "" } = metadata;
      if (families.has(name)) fail("Metadata after samples");
      if (current?.name !== name) current = { name };
      if (current[kind as "HELP"] !== undefined) fail("Metadata twice");
      current[kind as "HELP"] = content;
      if (kind === "HELP" && /\\(?![\\n"])/u.test(content)) fail("A wrong escape");
      if (kind === "TYPE" && content !== "gauge") fail("Not a gauge");
      if (kind === "UNIT" && !name.endsWith(`_${content}`)) fail("A name that does not end in its unit");
      continue;
    }
    const sample = SAMPLE.exec(line)?.groups;
    if (sample === undefined) return fail("Neither metadata nor a sample");
    const { name = "", labels = "", value } = sample;
    if (current?.name !== name) fail("A sample outside its family");
    if (/(?:_total|_count|_sum|_bucket|_created)$/u.test(name)) fail("A suffix that a gauge must not have");
    if (series.has(`${name}{${labels}}`)) fail("A series twice");
    series.add(`${name}{${labels}}`);
    const { HELP: help, TYPE: type } = current ?? {};
    if (help === undefined || type === undefined) return fail("A family without help and type");
    const family = families.get(name) ?? { name, type, unit: current?.UNIT, help, samples: [] };
    families.set(name, family);
    family.samples.push({ labels: parseLabels(labels, fail), value: Number(value) });
  }
  return [...families.values()];
}

function parseLabels(text: string, fail: (why: string) => never): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    LABEL.lastIndex = at;
    const match = LABEL.exec(text)?.groups;
    if (match === undefined) return fail("A label that cannot be read");
    const { name = "", text: escaped = "" } = match;
    if (labels.has(name)) fail("A label twice");
    labels.set(
      name,
      escaped.replaceAll(/\\(?<what>.)/gu, (_, what: string) => (what === "n" ? "\n" : what)),
    );
    at = LABEL.lastIndex;
  }
  return labels;
}
