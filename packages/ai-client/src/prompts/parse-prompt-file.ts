import { PromptError } from "./prompt-error.ts";
import { PLACEHOLDER, PROMPT_NAME, type Persona, type PromptAnswer, type PromptTemplate } from "./prompt-template.ts";
import { didYouMean } from "./suggest-name.ts";

const PERSONA_KEYS = ["name", "description", "system"] as const;
const TEMPLATE_KEYS = [
  "name",
  "extends",
  "version",
  "persona",
  "description",
  "instructions",
  "more_instructions",
  "variables",
  "answer",
  "parameters",
  "max_output_tokens",
] as const;

/** A prompt file that was read. */
export interface PromptFileSource {
  /** The name it is known by: the file's own without `.yaml`. */
  readonly name: string;
  /** Its path, for messages. */
  readonly file: string;
  /** Its YAML text. */
  readonly text: string;
}

class Document {
  readonly #source: PromptFileSource;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(source: PromptFileSource, values: unknown, keys: readonly string[]) {
    this.#source = source;
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      throw new PromptError("AI_CLIENT_PROMPT_INVALID", "must be a mapping", { file: source.file, line: 1 });
    }
    this.#values = values as Record<string, unknown>;
    for (const key of Object.keys(values)) {
      if (!keys.includes(key)) throw this.problem(key, `unknown key "${key}"${didYouMean(key, keys)}`);
    }
    if (this.requireText("name", source.name) !== source.name) {
      throw this.problem("name", `\`name\` must be "${source.name}" like the file`);
    }
  }

  /** The value of a key of its own, or else what is inherited. */
  get(key: string, inherited?: unknown): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : inherited;
  }

  problem(key: string, message: string): PromptError {
    const { file, text } = this.#source;
    // A key of the document itself stands at the start of a line: text inside a block scalar is indented.
    const index = text.split("\n").findIndex((line) => {
      const unquoted = line.replace(/^(["'])(.*?)\1/, "$2");
      return unquoted.startsWith(key) && /^\s*:/.test(unquoted.slice(key.length));
    });
    return new PromptError("AI_CLIENT_PROMPT_INVALID", message, { file, line: index === -1 ? undefined : index + 1 });
  }

  requireText(key: string, inherited?: string): string {
    const value = this.get(key);
    if (value === undefined && inherited !== undefined) return inherited;
    if (value === undefined) throw this.problem(key, `\`${key}\` is missing`);
    if (typeof value !== "string" || value.trim() === "") {
      throw this.problem(key, `\`${key}\` must be a text that is not empty`);
    }
    return value.trim();
  }
}

async function loadYaml({ file, text }: PromptFileSource): Promise<unknown> {
  const { load, YAMLException } = await import("js-yaml");
  try {
    // Without aliases no document can be larger in memory than its text; how deep it may be the parser limits by itself.
    return load(text, { maxAliases: 0 });
  } catch (error) {
    const isKnown = error instanceof YAMLException;
    const problem = isKnown ? error.reason : error instanceof Error ? error.message : String(error);
    const line = isKnown && error.mark !== undefined ? error.mark.line + 1 : undefined;
    throw new PromptError("AI_CLIENT_PROMPT_INVALID", `it is not plain YAML: ${problem}`, { file, line }, error);
  }
}

/**
 * The persona that a YAML text holds.
 *
 * @throws {PromptError} AI_CLIENT_PROMPT_INVALID – when the text holds anything else
 */
export async function parsePersona(source: PromptFileSource): Promise<Persona> {
  const document = new Document(source, await loadYaml(source), PERSONA_KEYS);
  return {
    name: source.name,
    description: document.requireText("description"),
    system: document.requireText("system"),
  };
}

function parseVariables(document: Document, instructions: string, base?: PromptTemplate): readonly string[] {
  const value = document.get("variables", base?.variables ?? []);
  const isList = Array.isArray(value) && value.every((name) => typeof name === "string" && PROMPT_NAME.test(name));
  if (!isList) throw document.problem("variables", "`variables` must be a list of names in lower case");
  const names = value as string[];
  if (new Set(names).size !== names.length) throw document.problem("variables", "`variables` names one twice");
  for (const [, name = ""] of instructions.matchAll(PLACEHOLDER)) {
    if (names.includes(name.trim())) continue;
    const hint = didYouMean(name.trim(), names) || "; declare it in `variables`";
    throw document.problem("instructions", `unknown variable "{{${name}}}"${hint}`);
  }
  return names;
}

function parseParameters(document: Document, base?: PromptTemplate): PromptTemplate["parameters"] {
  const value = document.get("parameters", base?.parameters);
  if (value === undefined) return undefined;
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isRecord ? Object.entries(value) : [];
  const isPlain = entries.every(([, item]) => {
    return typeof item === "string" || typeof item === "boolean" || (typeof item === "number" && Number.isFinite(item));
  });
  if (!isRecord || !isPlain) {
    throw document.problem("parameters", "`parameters` must be a mapping of texts, finite numbers and booleans");
  }
  return value as Record<string, string | number | boolean>;
}

async function parseAnswer(document: Document, base?: PromptTemplate): Promise<PromptAnswer> {
  const value = document.get("answer", base?.answer);
  if (value === "findings" || value === "text") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const hint = typeof value === "string" ? didYouMean(value, ["findings", "text"]) : "";
    throw document.problem("answer", `\`answer\` must be "findings", "text" or a JSON Schema${hint}`);
  }
  const { Ajv } = await import("ajv");
  try {
    new Ajv({ logger: false }).compile(value);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw document.problem("answer", `\`answer\` is not a JSON Schema that can be used: ${why}`);
  }
  return value as Record<string, unknown>;
}

function parseMaxOutputTokens(document: Document, base?: PromptTemplate): number | undefined {
  const value = document.get("max_output_tokens", base?.maxOutputTokens);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw document.problem("max_output_tokens", "`max_output_tokens` must be an integer of at least 1");
}

function parseInstructions(document: Document, base?: PromptTemplate): string {
  const instructions = document.requireText("instructions", base?.instructions);
  const more = document.get("more_instructions") === undefined ? [] : [document.requireText("more_instructions")];
  return [instructions, ...more].join("\n\n");
}

/**
 * The prompt template that a YAML text holds. Whether its persona exists is not asked here.
 *
 * @param loadBase gives the template that the text `extends`: what the text does not say is as there
 * @throws {PromptError} AI_CLIENT_PROMPT_INVALID – when the text holds anything else
 */
export async function parseTemplate(
  source: PromptFileSource,
  loadBase: (name: string) => Promise<PromptTemplate>,
): Promise<PromptTemplate> {
  const document = new Document(source, await loadYaml(source), TEMPLATE_KEYS);
  const base = document.get("extends") === undefined ? undefined : await loadBase(document.requireText("extends"));
  const instructions = parseInstructions(document, base);
  const persona = document.requireText("persona", base?.persona);
  if (!PROMPT_NAME.test(persona)) throw document.problem("persona", "`persona` must be a name in lower case");
  const parameters = parseParameters(document, base);
  const maxOutputTokens = parseMaxOutputTokens(document, base);
  const version = document.get("version") === undefined ? base?.version : document.requireText("version");
  return {
    name: source.name,
    ...(version !== undefined && { version }),
    persona,
    description: document.requireText("description", base?.description),
    instructions,
    variables: parseVariables(document, instructions, base),
    answer: await parseAnswer(document, base),
    ...(parameters !== undefined && { parameters }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}
