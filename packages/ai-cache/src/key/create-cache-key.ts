import { canonicalBytes, type JsonValue } from "./canonical-bytes.ts";
import { isSha256Hex, sha256Hex } from "./sha256-hex.ts";

declare const cacheKeyBrand: unique symbol;

/** The name of one stored answer: 64 lower-case hexadecimal digits. */
export type CacheKey = string & { readonly [cacheKeyBrand]: true };

/** Version of the key's make-up. It is hashed into every key, so a new make-up never meets an old entry. */
export const KEY_VERSION = 1;

/** One file whose content the question contains. */
export interface CacheKeyFile {
  /** Relative path, written with `/`: an absolute path would differ on every machine. */
  readonly path: string;
  /** SHA-256 of the content that is sent, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Everything that can change a model's answer, and nothing else.
 *
 * Left out on purpose: the API key and headers (they identify the payer, not the question), time limits and retry
 * counts (they decide whether an answer comes, not what it says), absolute paths, clocks, run ids and the version of
 * the SDK (they would empty the cache without a reason).
 */
export interface CacheKeyParts {
  /** Which kind of provider: the same model name means different models at different providers. */
  readonly provider: string;
  /** Which endpoint: a proxy or a local server may serve something else under the same model name. */
  readonly baseUrl?: string | undefined;
  /** Which model: another model gives another answer. */
  readonly model: string;
  /** Temperature, seed, token limit, stop words, tools: each changes the answer or where it ends. */
  readonly parameters?: { readonly [name: string]: JsonValue | undefined } | undefined;
  /** The JSON Schema that was asked for: an answer in the old shape is of no use to the new code. */
  readonly outputSchema?: JsonValue | undefined;
  /** The system instructions, whole: who the model is told to be changes what it says. */
  readonly persona?: string | undefined;
  /** Version of the prompt template: lets an author retire answers when the wording's meaning changed but its text did not. */
  readonly promptTemplateVersion?: string | undefined;
  /** The prompt as it is sent, after redaction. */
  readonly prompt: string;
  /** The files the question contains, in the order they are sent (sort them if your prompt does). Line ends count as they are. */
  readonly files?: readonly CacheKeyFile[] | undefined;
  /** Keeps answers apart that must not meet, such as those of trusted and untrusted branches. */
  readonly namespace?: string | undefined;
  /** Asks the same question again for another sample: any text, such as a sample number. */
  readonly salt?: string | undefined;
}

const REQUIRED_TEXTS = ["provider", "model", "prompt"] as const;
const OPTIONAL_TEXTS = ["baseUrl", "persona", "promptTemplateVersion", "namespace", "salt"] as const;
const FIELDS: ReadonlySet<string> = new Set([
  ...REQUIRED_TEXTS,
  ...OPTIONAL_TEXTS,
  "parameters",
  "outputSchema",
  "files",
]);
const ABSOLUTE_PATH = /^(?:[/\\]|[A-Za-z]:[/\\])/;

function check(parts: CacheKeyParts): void {
  const unknown = Object.keys(parts).find((name) => !FIELDS.has(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot create cache key: \`${unknown}\` is not a part of the key`);
  }
  for (const name of REQUIRED_TEXTS) {
    if (typeof parts[name] !== "string") {
      throw new TypeError(`Cannot create cache key: \`${name}\` must be a string, got ${typeof parts[name]}`);
    }
  }
  for (const name of OPTIONAL_TEXTS) {
    if (parts[name] !== undefined && typeof parts[name] !== "string") {
      throw new TypeError(`Cannot create cache key: \`${name}\` must be a string, got ${typeof parts[name]}`);
    }
  }
  for (const { path, sha256 } of parts.files ?? []) {
    if (typeof path !== "string" || path === "" || ABSOLUTE_PATH.test(path)) {
      throw new TypeError(`Cannot create cache key: \`files[].path\` must be a relative path, got "${path}"`);
    }
    if (!isSha256Hex(sha256)) {
      throw new TypeError(`Cannot create cache key: \`files[].sha256\` must be 64 hexadecimal digits for "${path}"`);
    }
  }
}

/**
 * The cache key of a question: SHA-256 over the key version and all parts, each with its name, type and length, so that
 * no two different questions share a key (`"ab" + "c"` and `"a" + "bc"` differ). Linear in the size of the parts.
 *
 * @throws {TypeError} when a part is missing, of the wrong type or unknown (a misspelt part must not fall out of the key)
 * @example
 * ```ts
 * createCacheKey({ provider: "openai", model: "gpt-x", parameters: { temperature: 0 }, prompt: "Review this." });
 * ```
 */
export function createCacheKey(parts: CacheKeyParts): CacheKey {
  check(parts);
  const bytes = canonicalBytes([KEY_VERSION, parts], "parts");
  return sha256Hex(bytes) as CacheKey;
}
