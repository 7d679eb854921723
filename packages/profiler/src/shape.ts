/**
 * A small description of JSON data from which both the tolerant readers (run at start-up, so without a schema library)
 * and the published JSON Schema are made: they cannot disagree.
 */
export type Shape =
  | { readonly kind: "text" }
  | { readonly kind: "boolean" }
  /** A finite number, at least `least`. */
  | { readonly kind: "number"; readonly least?: number; readonly whole?: true }
  | { readonly kind: "null" }
  /** One of these values. */
  | { readonly kind: "values"; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: "list"; readonly of: Shape }
  /** An object with any keys. */
  | { readonly kind: "map"; readonly of: Shape }
  /** An object with these fields; further fields are allowed. */
  | { readonly kind: "fields"; readonly fields: readonly Field[] }
  | { readonly kind: "either"; readonly of: readonly Shape[] };

/** A field of an object. */
export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly optional: boolean;
}

interface RequiredField {
  readonly shape: Shape;
  readonly optional: false;
}

interface OptionalField {
  readonly shape: Shape;
  readonly optional: true;
}

/** One entry for each field of `T`, marked optional exactly where `T` allows `undefined`: the compiler keeps both together. */
export type FieldsOf<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key] ? OptionalField : RequiredField;
};

export const text: Shape = { kind: "text" };
export const flag: Shape = { kind: "boolean" };
export const nothing: Shape = { kind: "null" };
export const anyNumber: Shape = { kind: "number" };
/** A number of 0 or more. */
export const quantity: Shape = { kind: "number", least: 0 };
/** A whole number of 0 or more. */
export const count: Shape = { kind: "number", least: 0, whole: true };
/** A whole number of 1 or more. */
export const ordinal: Shape = { kind: "number", least: 1, whole: true };
/** A whole number. */
export const whole: Shape = { kind: "number", whole: true };

/** One of the values of `T`, so that the compiler checks each of them. */
export const oneOf = <const T extends string | number | boolean>(
  ...values: readonly T[]
): { readonly kind: "values"; readonly values: readonly T[] } => ({ kind: "values", values });
export const listOf = (of: Shape): Shape => ({ kind: "list", of });
export const mapOf = (of: Shape): Shape => ({ kind: "map", of });
export const either = (...of: readonly Shape[]): Shape => ({ kind: "either", of });
export const need = (shape: Shape): RequiredField => ({ shape, optional: false });
export const may = (shape: Shape): OptionalField => ({ shape, optional: true });
export const objectOf = <T>(fields: FieldsOf<T>): Shape => ({
  kind: "fields",
  fields: Object.entries<RequiredField | OptionalField>(fields).map(([name, field]) => ({ name, ...field })),
});

/** Whether `value` is an object that JSON can hold as such. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Gives the path of the first place where `value` differs from `shape` (a JSON pointer such as `/steps/3/outcome`; empty
 * for the value itself), or `undefined` when it fits. Takes time linear in the size of the value.
 */
export function findMismatch(value: unknown, shape: Shape): string | undefined {
  switch (shape.kind) {
    case "text":
      return typeof value === "string" ? undefined : "";
    case "boolean":
      return typeof value === "boolean" ? undefined : "";
    case "null":
      return value === null ? undefined : "";
    case "number":
      return Number.isFinite(value) &&
        (shape.least === undefined || (value as number) >= shape.least) &&
        (shape.whole === undefined || Number.isInteger(value))
        ? undefined
        : "";
    case "values":
      return (shape.values as readonly unknown[]).includes(value) ? undefined : "";
    case "list":
      if (!Array.isArray(value)) return "";
      for (let index = 0; index < value.length; index += 1) {
        const rest = findMismatch(value[index], shape.of);
        if (rest !== undefined) return `/${index}${rest}`;
      }
      return undefined;
    case "map":
      if (!isJsonObject(value)) return "";
      for (const key of Object.keys(value)) {
        const rest = findMismatch(value[key], shape.of);
        if (rest !== undefined) return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}${rest}`;
      }
      return undefined;
    case "fields":
      if (!isJsonObject(value)) return "";
      // JSON has no undefined, so an undefined field is an absent one.
      for (const { name, shape: fieldShape, optional } of shape.fields) {
        const item = value[name];
        if (item === undefined && optional) continue;
        const rest = item === undefined ? "" : findMismatch(item, fieldShape);
        if (rest !== undefined) return `/${name}${rest}`;
      }
      return undefined;
    case "either":
      break;
  }
  let deepest = "";
  for (const option of shape.of) {
    const rest = findMismatch(value, option);
    if (rest === undefined) return undefined;
    if (rest.length > deepest.length) deepest = rest;
  }
  return deepest;
}
