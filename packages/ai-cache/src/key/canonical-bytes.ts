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

// Below this length it costs less to put texts together than to make bytes of each.
const SHORT_TEXT_LENGTH = 256;

interface Output {
  readonly chunks: Buffer[];
  /** What comes after the chunks, well-formed. */
  tail: string;
}

function endTail(output: Output): void {
  if (output.tail !== "") output.chunks.push(Buffer.from(output.tail, "utf8"));
  output.tail = "";
}

function pushText(output: Output, text: string): void {
  // A string with half a surrogate pair has no UTF-8 form of its own (all of them become U+FFFD), so it is written as UTF-16.
  const isWellFormed = (text as string & CheckableText).isWellFormed();
  if (isWellFormed && text.length < SHORT_TEXT_LENGTH) {
    output.tail += `s${Buffer.byteLength(text, "utf8")}:${text}`;
    return;
  }
  const bytes = Buffer.from(text, isWellFormed ? "utf8" : "utf16le");
  output.tail += `${isWellFormed ? "s" : "u"}${bytes.byteLength}:`;
  endTail(output);
  output.chunks.push(bytes);
}

function push(output: Output, value: unknown, path: string, ancestors: readonly object[]): void {
  if (typeof value === "string") {
    pushText(output, value);
    return;
  }
  if (value === null || typeof value === "boolean") {
    output.tail += value === null ? "n" : value ? "t" : "f";
    return;
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    // String(-0) is "0": JSON cannot tell the two apart either.
    const digits = String(value);
    output.tail += `d${digits.length}:${digits}`;
    return;
  }
  if (typeof value !== "object" || ancestors.includes(value)) {
    const what = typeof value === "object" ? "a circular reference" : typeof value === "number" ? value : typeof value;
    throw new TypeError(`Cannot write canonical bytes: \`${path}\` must be a JSON value, got ${what}`);
  }
  const inside = [...ancestors, value];
  if (Array.isArray(value)) {
    output.tail += `a${value.length}:`;
    for (const [index, item] of value.entries()) push(output, item, `${path}[${index}]`, inside);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`Cannot write canonical bytes: \`${path}\` must be a plain object, got a class instance`);
  }
  const members = Object.entries(value).filter((member) => member[1] !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  output.tail += `o${members.length}:`;
  for (const [name, member] of members) {
    pushText(output, name);
    push(output, member, `${path}.${name}`, inside);
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
  const output: Output = { chunks: [], tail: "" };
  push(output, value, path, []);
  endTail(output);
  return output.chunks.length === 1 && output.chunks[0] !== undefined ? output.chunks[0] : Buffer.concat(output.chunks);
}
