const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["second", 1000],
  ["seconds", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

/** The times runners write: `120ms`, `2.31s`, `0.346 s`, `1m 05s`. The digits are bounded, so a time is always finite. */
const PART = /^(\d{1,12}(?:\.\d{1,12})?) ?([a-z]{1,7})(?: |$)/u;

/** At most days, hours, minutes, seconds and milliseconds. */
const MOST_PARTS = 5;

/** Milliseconds of a time as runners write it; undefined for anything else. */
export function toMilliseconds(text: string): number | undefined {
  let rest = text.trim();
  let totalMs = 0;
  for (let parts = 0; parts < MOST_PARTS; parts++) {
    const [whole, amount, unit] = PART.exec(rest) ?? [];
    const unitMs = unit === undefined ? undefined : UNIT_MS.get(unit);
    if (whole === undefined || unitMs === undefined) return undefined;
    totalMs += Number(amount) * unitMs;
    rest = rest.slice(whole.length);
    if (rest === "") return totalMs;
  }
  return undefined;
}
