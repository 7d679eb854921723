const MS_BY_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as the schema lets it through, such as `90s`, in milliseconds. */
export function parseDurationMs(text: string): number {
  const unit = text.replace(/[\d.]+/, "");
  return Number.parseFloat(text) * (MS_BY_UNIT[unit] ?? 1);
}
