/** A value that JSON can hold. A property whose value is `undefined` counts as absent. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

// ES2024, and in every Node that is supported: six times as fast as a regular expression, on the longest part of a question.
interface CheckableText {
  isWellFormed(): boolean;
}

function pushText(chunks: Buffer[], text: string): void {
  // A string with half a surrogate pair has no UTF-8 form of its own (all of them become U+FFFD), so it is written as UTF-16.
  const isWellFormed = (text as string & CheckableText).isWellFormed();
  const bytes = Buffer.from(text, isWellFormed ? "utf8" : "utf16le");
  chunks.push(Buffer.from(`${isWellFormed ? "s" : "u"}${bytes.byteLength}:`, "latin1"), bytes);
}

function push(chunks: Buffer[], value: unknown, path: string, ancestors: readonly object[]): void {
  if (typeof value === "string") {
    pushText(chunks, value);
    return;
  }
  if (value === null || typeof value === "boolean") {
    chunks.push(Buffer.from(value === null ? "n" : value ? "t" : "f", "latin1"));
    return;
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    // String(-0) is "0": JSON cannot tell the two apart either.
    const digits = String(value);
    chunks.push(Buffer.from(`d${digits.length}:${digits}`, "latin1"));
    return;
  }
  if (typeof value !== "object" || ancestors.includes(value)) {
    const what = typeof value === "object" ? "a circular reference" : typeof value === "number" ? value : typeof value;
    throw new TypeError(`Cannot write canonical bytes: \`${path}\` must be a JSON value, got ${what}`);
  }
  const inside = [...ancestors, value];
  if (Array.isArray(value)) {
    chunks.push(Buffer.from(`a${value.length}:`, "latin1"));
    for (const [index, item] of value.entries()) push(chunks, item, `${path}[${index}]`, inside);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`Cannot write canonical bytes: \`${path}\` must be a plain object, got a class instance`);
  }
  const members = Object.entries(value).filter((member) => member[1] !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  chunks.push(Buffer.from(`o${members.length}:`, "latin1"));
  for (const [name, member] of members) {
    pushText(chunks, name);
    push(chunks, member, `${path}.${name}`, inside);
  }
}

/**
 * The one byte string of a JSON value: every text, number and container carries its type and length, properties are
 * sorted by UTF-16 code units, so two values have the same bytes exactly when JSON would call them equal.
 *
 * @param path how error messages call the value
 * @throws {TypeError} when the value holds anything JSON cannot (NaN, a function, a Date, a cycle)
 */
export function canonicalBytes(value: unknown, path: string): Buffer {
  const chunks: Buffer[] = [];
  push(chunks, value, path, []);
  return Buffer.concat(chunks);
}
