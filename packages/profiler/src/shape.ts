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
  | { readonly kind: "fields"; readonly fields: Readonly<Record<string, Field>> }
  | { readonly kind: "either"; readonly of: readonly Shape[] };

/** A field of an object. */
export interface Field {
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
  fields: fields as unknown as Readonly<Record<string, Field>>,
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
      return Array.isArray(value) ? firstMismatch(value.entries(), shape.of) : "";
    case "map":
      return isJsonObject(value) ? firstMismatch(Object.entries(value), shape.of) : "";
    case "fields":
      if (!isJsonObject(value)) return "";
      for (const name of Object.keys(shape.fields)) {
        const field = shape.fields[name] as Field;
        if (!Object.hasOwn(value, name)) {
          if (field.optional) continue;
          return `/${name}`;
        }
        const rest = findMismatch(value[name], field.shape);
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

function firstMismatch(items: Iterable<readonly [string | number, unknown]>, shape: Shape): string | undefined {
  for (const [key, item] of items) {
    const rest = findMismatch(item, shape);
    if (rest !== undefined) return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}${rest}`;
  }
  return undefined;
}
