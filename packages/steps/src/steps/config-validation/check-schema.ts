import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { isNear } from "../../text/is-near.ts";
import type { Schema } from "./schemas/schema-parts.ts";

/** Something that a schema does not allow. */
export interface SchemaProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Whether a key has a name or a place that it should not have, which readers mostly overlook in silence. */
  readonly isKey: boolean;
  /** Whether the value fits none of several forms, of which each may have told why. */
  readonly isForm?: boolean | undefined;
}

/**
 * Our own words: `nearMisses` are keys of which a misspelt one is meant, `instead` are well-known mistakes, `elsewhere` are keys that belong
 * to another place, and `closed` is the standard's `additionalProperties: false` after those; of `oneOfKeys` one is there, and no second.
 */
const WORDS = ["nearMisses", "instead", "elsewhere", "closed", "oneOfKeys"];

const compiled = new WeakMap<Schema, ValidateFunction>();
let ajv: Ajv | undefined;

/** What the schema says against a value, each place once. */
export function checkSchema(schema: Schema, value: unknown): readonly SchemaProblem[] {
  const validate = compile(schema);
  if (!validate(value)) {
    const standard = ofNearestForms(validate.errors ?? []).flatMap((error) => toProblem(error));
    return once([...standard, ...checkKeys(schema, value, [])]);
  }
  return once(checkKeys(schema, value, []));
}

function compile(schema: Schema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  ajv ??= new Ajv({
    allErrors: true,
    strict: false,
    verbose: true,
    validateFormats: false,
    logger: false,
  }).addVocabulary(WORDS);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** Of a value that may have several forms, only what is wrong with the one that it comes nearest to. */
function ofNearestForms(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors
    .filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf")
    .reduce<readonly ErrorObject[]>((left, { schemaPath, instancePath }) => {
      const formOf = (error: ErrorObject): string | undefined =>
        error.schemaPath.startsWith(`${schemaPath}/`) && error.instancePath.startsWith(instancePath)
          ? error.schemaPath.slice(schemaPath.length + 1).split("/")[0]
          : undefined;
      const counts = new Map<string, number>();
      for (const error of left) {
        const form = formOf(error);
        if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + 1);
      }
      const [nearest] = [...counts].toSorted(([, one], [, other]) => one - other);
      return left.filter((error) => (formOf(error) ?? nearest?.[0]) === nearest?.[0]);
    }, errors);
}

/** Several complaints about one place are consequences of the first. */
function once(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, isForm }) => {
    const place = JSON.stringify(path);
    // That no form fits is said where nothing is known of why.
    const inner = place.slice(0, -1);
    if (isForm === true && problems.some((one) => one.isForm !== true && JSON.stringify(one.path).startsWith(inner)))
      return false;
    return !seen.has(place) && seen.add(place);
  });
}

function toProblem(error: ErrorObject): readonly SchemaProblem[] {
  const path = toPath(error.instancePath);
  const name = describePath(path);
  const problem = (message: string, isKey = false): readonly SchemaProblem[] => [{ path, message, isKey }];
  const parameters = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "type":
      return problem(`${name} must be ${listOf(parameters["type"])}, not ${kindOf(error.data)}`);
    case "enum":
      return problem(
        `${name} must be one of ${(parameters["allowedValues"] as unknown[]).map(show).join(", ")}, not ${show(error.data)}`,
      );
    case "const":
      return problem(`${name} must be ${show(parameters["allowedValue"])}, not ${show(error.data)}`);
    case "required":
      return problem(`${name} lacks ${show(parameters["missingProperty"])}`);
    case "additionalProperties":
    case "unevaluatedProperties": {
      const key = String(parameters["additionalProperty"] ?? parameters["unevaluatedProperty"]);
      return [{ path: [...path, key], message: `${name} knows no key ${show(key)}`, isKey: true }];
    }
    case "pattern":
      // The name of a key is told of by `propertyNames`.
      return error.propertyName === undefined ? problem(`${name} cannot be ${show(error.data)}`) : [];
    case "propertyNames": {
      const key = String(parameters["propertyName"]);
      return [{ path: [...path, key], message: `${name} cannot have a key ${show(key)}`, isKey: true }];
    }
    case "minProperties":
    case "minItems":
      return problem(`${name} is empty`);
    // These tell that others have told.
    case "if":
    case "anyOf":
    case "oneOf":
      if (error.keyword === "if") return [];
      return [{ path, message: `${name} fits none of the forms it may have`, isKey: false, isForm: true }];
    default:
      return problem(`${name} ${error.message ?? "is not as it should be"}`);
  }
}

/** Keys that are misspelt or at another place, all over the value. */
function checkKeys(schema: Schema, value: unknown, path: readonly (string | number)[]): readonly SchemaProblem[] {
  if (Array.isArray(value)) {
    const items = schema["items"] as Schema | undefined;
    return items === undefined ? [] : value.flatMap((item: unknown, index) => checkKeys(items, item, [...path, index]));
  }
  if (typeof value !== "object" || value === null) return [];
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const others = schema["additionalProperties"] as Schema | undefined;
  const keys = Object.keys(value);
  const problems = keys.flatMap((key): readonly SchemaProblem[] => {
    const below = Object.hasOwn(properties, key) ? properties[key] : others;
    if (below !== undefined) return checkKeys(below, (value as Readonly<Record<string, unknown>>)[key], [...path, key]);
    const message = judgeKey(schema, key, keys, describePath(path));
    return message === undefined ? [] : [{ path: [...path, key], message, isKey: true }];
  });
  const oneOf = (schema["oneOfKeys"] ?? []) as readonly string[];
  const present = oneOf.filter((key) => keys.includes(key));
  if (oneOf.length === 0 || present.length === 1) return problems;
  const message = `${describePath(path)} must have ${oneOf.map(show).join(" or ")}${present.length > 1 ? ", not both" : ""}`;
  return [...problems, { path, message, isKey: false }];
}

function judgeKey(schema: Schema, key: string, keys: readonly string[], name: string): string | undefined {
  const elsewhere = (schema["elsewhere"] ?? {}) as Readonly<Record<string, string>>;
  if (Object.hasOwn(elsewhere, key)) return `${show(key)} belongs to ${elsewhere[key] ?? ""}, not to ${name}`;
  const instead = (schema["instead"] ?? {}) as Readonly<Record<string, string>>;
  const isClosed = schema["closed"] === true;
  const candidates = isClosed
    ? Object.keys(schema["properties"] ?? {})
    : ((schema["nearMisses"] ?? []) as readonly string[]);
  const meant = Object.hasOwn(instead, key)
    ? instead[key]
    : candidates.find((one) => isNear(key, one, isClosed ? 3 : undefined));
  if (meant !== undefined && !keys.includes(meant)) return `${name} knows no key ${show(key)}: ${show(meant)} is meant`;
  return isClosed ? `${name} knows no key ${show(key)}` : undefined;
}

function toPath(pointer: string): readonly (string | number)[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function describePath(path: readonly (string | number)[]): string {
  if (path.length === 0) return "the file";
  const text = path.reduce<string>(
    (before, part) => (typeof part === "number" ? `${before}[${part}]` : `${before}${before === "" ? "" : "."}${part}`),
    "",
  );
  return `\`${text.replaceAll(/\p{C}/gu, "?").slice(0, 120)}\``;
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  null: "empty",
};

function listOf(types: unknown): string {
  const names = [types].flat().map((type) => KINDS[String(type)] ?? String(type));
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : show(value);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").replaceAll(/\p{C}/gu, "?").slice(0, 80);
}
