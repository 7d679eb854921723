/** `value` as an object; one without members when it is something else. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** `value` as a text; an empty one when it is something else. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `value` as a count; `undefined` when it is something else. */
export function asCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/**
 * The objects in lines of JSON. Lines that do not begin like an object are notices and left out.
 *
 * @returns `undefined` when a line begins like an object and is none, as where the output was cut
 */
export function parseJsonLines(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const objects: Readonly<Record<string, unknown>>[] = [];
  for (const line of text.split("\n")) {
    if (!line.trimStart().startsWith("{")) continue;
    try {
      objects.push(asObject(JSON.parse(line)));
    } catch {
      return undefined;
    }
  }
  return objects;
}
