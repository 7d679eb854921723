import { AiClientError } from "../errors.ts";
import type { TokenUsage } from "../provider.ts";
import { matchesGlob } from "./matches-glob.ts";

const MAX_PRICE_USD = 1_000_000;
const NANO_USD_PER_USD = 1e9;
/** A price of one USD per million tokens, in billionths of a USD per token. */
const NANO_USD_PER_TOKEN = 1000;
const FIELDS = ["input_per_million_usd", "output_per_million_usd", "cached_input_per_million_usd"] as const;

/** What a model costs, in USD per million tokens. */
export interface ModelPrice {
  /** Tokens read. */
  readonly inputPerMillionUsd: number;
  /** Tokens written. */
  readonly outputPerMillionUsd: number;
  /** Tokens read that the provider's prompt cache held. @defaultValue as `inputPerMillionUsd` */
  readonly cachedInputPerMillionUsd?: number | undefined;
}

/** What models cost, by the user's own list. */
export interface Prices {
  /** The price of `model`: that under its very name, else under the glob with the most characters besides `*`. */
  find(model: string): ModelPrice | undefined;
  /** What `usage` costs in USD, rounded up to a billionth; `undefined` for a model without a price. */
  costUsd(model: string, usage: TokenUsage): number | undefined;
}

/** What `usage` costs in whole billionths of a USD, rounded up, so that sums of costs are exact. */
export function costNanoUsd(price: ModelPrice, usage: TokenUsage): number {
  const cachedTokens = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const usd =
    (usage.inputTokens - cachedTokens) * price.inputPerMillionUsd +
    cachedTokens * (price.cachedInputPerMillionUsd ?? price.inputPerMillionUsd) +
    usage.outputTokens * price.outputPerMillionUsd;
  // Products of decimals such as 0.15 are off in the last binary digit; that must not round up a whole billionth.
  const nanoUsd = Math.ceil(Math.round(usd * NANO_USD_PER_TOKEN * 1000) / 1000);
  return Math.min(nanoUsd, Number.MAX_SAFE_INTEGER);
}

function fail(problem: string): never {
  throw new AiClientError("AI_CLIENT_INVALID_PRICES", `Cannot read prices: ${problem}`);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readPrice(model: string, entry: unknown): ModelPrice {
  const at = `\`models.${JSON.stringify(model)}\``;
  if (!isMapping(entry)) return fail(`${at} must be a mapping of ${FIELDS.join(", ")}`);
  for (const name of Object.keys(entry)) {
    if (!(FIELDS as readonly string[]).includes(name)) fail(`${at} has the unknown key ${JSON.stringify(name)}`);
  }
  const [input, output, cachedInput] = FIELDS.map((name) => {
    const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
    if (value === undefined && name === "cached_input_per_million_usd") return undefined;
    if (typeof value === "number" && value >= 0 && value <= MAX_PRICE_USD) return value;
    return fail(`${at} needs \`${name}\`, a number of USD from 0 to ${MAX_PRICE_USD}`);
  });
  return {
    inputPerMillionUsd: input ?? 0,
    outputPerMillionUsd: output ?? 0,
    ...(cachedInput !== undefined && { cachedInputPerMillionUsd: cachedInput }),
  };
}

/** Characters of `glob` that must be matched by themselves. */
function countLiterals(glob: string): number {
  return glob.replaceAll("*", "").length;
}

/**
 * The prices in `document`, which is of the form `{ models: { "gpt-x": { input_per_million_usd, output_per_million_usd,
 * cached_input_per_million_usd? }, "claude-*": {…} } }`. In a name `*` stands for any characters. Of globs of equal length
 * the first by code units counts.
 *
 * @throws {AiClientError} AI_CLIENT_INVALID_PRICES – when it is of another form, saying where
 */
export function createPrices(document: unknown): Prices {
  if (!isMapping(document) || !Object.hasOwn(document, "models")) return fail("there must be a mapping `models`");
  const { models } = document;
  for (const name of Object.keys(document)) {
    if (name !== "models") fail(`there is the unknown key ${JSON.stringify(name)}`);
  }
  if (!isMapping(models)) return fail("`models` must be a mapping of model names to prices");
  const exact = new Map<string, ModelPrice>();
  const globs: { readonly glob: string; readonly price: ModelPrice }[] = [];
  for (const [model, entry] of Object.entries(models)) {
    const price = readPrice(model, entry);
    if (model.includes("*")) globs.push({ glob: model, price });
    else exact.set(model, price);
  }
  globs.sort((a, b) => countLiterals(b.glob) - countLiterals(a.glob) || (a.glob < b.glob ? -1 : 1));
  const find = (model: string): ModelPrice | undefined =>
    exact.get(model) ?? globs.find(({ glob }) => matchesGlob(glob, model))?.price;
  return {
    find,
    costUsd(model, usage): number | undefined {
      const price = find(model);
      return price && costNanoUsd(price, usage) / NANO_USD_PER_USD;
    },
  };
}

/**
 * The prices in `text`, a document in YAML or JSON as {@link createPrices} takes it.
 *
 * @throws {AiClientError} AI_CLIENT_INVALID_PRICES – when it cannot be read or is of another form
 */
export async function parsePrices(text: string): Promise<Prices> {
  const { load } = await import("js-yaml");
  let document: unknown;
  try {
    document = load(text);
  } catch (cause) {
    throw new AiClientError("AI_CLIENT_INVALID_PRICES", "Cannot read prices: the text is not YAML", { cause });
  }
  return createPrices(document);
}
