import type { Ajv, ErrorObject, Options, ValidateFunction } from "ajv";
import type { Validate, Validation } from "./parse-structured-answer.ts";

const DRAFT_7 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;
const DRAFT_2020_12 = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;
const MAX_CACHED_SCHEMAS = 100;
const MAX_SHOWN_VALUES = 10;
/** Annotations outside the standards that schemas carry often. Those whose name begins with `x-` are accepted, too. */
const ANNOTATIONS = ["example"];

const OPTIONS: Options = {
  allErrors: true,
  // A format is an annotation in draft 2020-12; it describes what is wanted and is not checked.
  validateFormats: false,
  // Else every object would have the required properties `constructor` and `toString`.
  ownProperties: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false,
};

type Place = (keyword: string, value: unknown) => boolean;

/** The JSON pointer of the first keyword that `isPlace` is true for, and the names of all. Linear. */
function walkSchema(schema: unknown, isPlace: Place): { readonly pointer: string; readonly names: Set<string> } {
  const names = new Set<string>();
  let found: string | undefined;
  const open: { readonly value: unknown; readonly pointer: string }[] = [{ value: schema, pointer: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const pointer = `${next.pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      names.add(name);
      if (found === undefined && isPlace(name, value)) found = pointer;
      open.push({ value, pointer });
    }
  }
  return { pointer: found ?? "", names };
}

function describeCompileError(schema: unknown, error: unknown, errors: readonly ErrorObject[]): string {
  const [first] = errors;
  if (first !== undefined) return `at \`#${first.instancePath}\`: ${first.message ?? "is wrong"}`;
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /unknown keyword: "(.*)"/.exec(message)?.[1];
  const isPlace: Place = (keyword, value) =>
    unknown === undefined
      ? (keyword === "$ref" || keyword === "pattern") && typeof value === "string" && message.includes(value)
      : keyword === unknown;
  return `at \`#${walkSchema(schema, isPlace).pointer}\`: ${message}`;
}

function describeProblem({ instancePath, message = "is wrong", keyword, params }: ErrorObject): string {
  const at = instancePath === "" ? "The answer" : `\`${instancePath}\``;
  if (keyword === "enum" && Array.isArray(params["allowedValues"])) {
    const values = params["allowedValues"].slice(0, MAX_SHOWN_VALUES).map((value) => JSON.stringify(value));
    return `${at} must be one of ${values.join(", ")}`;
  }
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const name: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
    return `${at} must not have the property ${JSON.stringify(name)}`;
  }
  return `${at} ${message}`;
}

const metas = new Map<boolean, Ajv>();

async function compileSchema(schema: object): Promise<Validate<unknown>> {
  const named: unknown = "$schema" in schema ? schema.$schema : undefined;
  const isDraft7 = typeof named === "string" && DRAFT_7.test(named);
  if (!isDraft7 && named !== undefined && !(typeof named === "string" && DRAFT_2020_12.test(named))) {
    throw new TypeError(
      `Cannot use JSON Schema: \`$schema\` must be draft 2020-12 or draft 7, got ${JSON.stringify(named)}`,
    );
  }
  if ("$async" in schema) throw new TypeError("Cannot use JSON Schema: `$async` is not supported");
  const Instance: typeof Ajv = isDraft7 ? (await import("ajv")).Ajv : (await import("ajv/dist/2020.js")).Ajv2020;
  // Compiling the meta-schema is the slow part: one instance does that for all schemas. The check itself is made by an instance
  // of its own, so that the `$id`s of different schemas cannot meet.
  const meta = metas.get(isDraft7) ?? new Instance(OPTIONS);
  metas.set(isDraft7, meta);
  const ajv = new Instance({ ...OPTIONS, meta: false, validateSchema: false });
  const { names } = walkSchema(schema, () => false);
  ajv.addVocabulary([...ANNOTATIONS, ...[...names].filter((name) => /^x-[\w-]+$/.test(name))]);
  let check: ValidateFunction;
  let errors: readonly ErrorObject[] = [];
  try {
    if (meta.validateSchema(schema) !== true) errors = meta.errors ?? [];
    if (errors.length > 0) throw new Error("the schema is not valid");
    check = ajv.compile(schema);
  } catch (error) {
    throw new TypeError(`Cannot use JSON Schema: ${describeCompileError(schema, error, errors)}`, { cause: error });
  }
  return (value): Validation<unknown> => {
    if (check(value)) return { ok: true, value };
    return { ok: false, problems: (check.errors ?? []).map(describeProblem) };
  };
}

const compiled = new Map<string, Promise<Validate<unknown>>>();

/**
 * A check by `schema`, a JSON Schema of draft 2020-12 or, where `$schema` says so, draft 7. Formats are not checked, unknown
 * keywords are refused (except `x-…`), references must stay inside. `ajv` is loaded at the first use; the checks of the last
 * 100 schemas are kept. The type `T` is the caller's word.
 *
 * @throws {TypeError} when `schema` is no such schema, saying where
 */
export async function createSchemaValidator<T = unknown>(schema: object): Promise<Validate<T>> {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw new TypeError("Cannot use JSON Schema: it must be an object");
  }
  const text = JSON.stringify(schema);
  let check = compiled.get(text);
  if (check === undefined) {
    check = compileSchema(JSON.parse(text) as object);
    const [oldest] = compiled.keys();
    if (oldest !== undefined && compiled.size >= MAX_CACHED_SCHEMAS) compiled.delete(oldest);
  } else {
    compiled.delete(text);
  }
  compiled.set(text, check);
  return (await check) as Validate<T>;
}
