/** Reads the options of a step from `with`. A value of another type is a mistake of the configuration, which ends the step with its message. */
export interface OptionReader {
  /** @throws Error when it is there and neither `true` nor `false` */
  readonly flag: (name: string, byDefault: boolean) => boolean;
  /** @throws Error when it is there and no finite number of at least `minimum` */
  readonly number: (name: string, byDefault: number, minimum?: number) => number;
  /** @throws Error when it is there and no text, or an empty one */
  readonly text: (name: string) => string | undefined;
  /** @throws Error when it is there and no list of texts */
  readonly texts: (name: string) => readonly string[] | undefined;
}

/** Reads `with` of a step. */
export function readOptions(given: Readonly<Record<string, unknown>>): OptionReader {
  const read = <T>(name: string, what: string, isOne: (value: unknown) => value is T): T | undefined => {
    const value = given[name];
    if (value === undefined || value === null) return undefined;
    if (!isOne(value)) throw new Error(`the option \`${name}\` must be ${what}, got ${JSON.stringify(value)}`);
    return value;
  };
  return {
    flag: (name, byDefault) => read(name, "true or false", (value) => typeof value === "boolean") ?? byDefault,
    number: (name, byDefault, minimum = 0) =>
      read(
        name,
        `a number of at least ${minimum}`,
        (value): value is number => typeof value === "number" && value >= minimum && Number.isFinite(value),
      ) ?? byDefault,
    text: (name) => read(name, "a text", (value): value is string => typeof value === "string" && value !== ""),
    texts: (name) =>
      read(
        name,
        "a list of texts",
        (value): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === "string"),
      ),
  };
}
