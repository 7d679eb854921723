import { canonicalBytes, type JsonValue } from "../key/canonical-bytes.ts";
import { KEY_VERSION, type CacheKey, type CacheKeyFile, type CacheKeyParts } from "../key/create-cache-key.ts";
import { sha256Hex } from "../key/sha256-hex.ts";

/** A part's value where it is short and no content. */
export type ShownValue = string | number | boolean | null;

/** One part of a key as it is remembered: enough to tell that it changed, not enough to tell what was asked. */
export interface PartSummary {
  /** Its name; each parameter is a part, `parameters.<name>`. */
  readonly part: string;
  /** SHA-256 of its canonical bytes, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The value itself, for parts that are no content and short. */
  readonly shown?: ShownValue | undefined;
}

/** A question without its contents. */
export interface QuestionSummary {
  readonly key: CacheKey;
  /** Each part that it has. */
  readonly parts: readonly PartSummary[];
  /** Its files in their order; absent when there are none or too many to be remembered. */
  readonly files?: readonly CacheKeyFile[] | undefined;
}

/** How many files of one question are remembered one by one; of more, only that they changed. */
export const MAX_REMEMBERED_FILES = 1000;

const MAX_SHOWN_LENGTH = 200;
// A word, a number with a unit, an identifier: what settings are made of. A sentence is content.
const WORD = /^[\w.:/@+-]{1,64}$/;

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH - 1)}…`;
}

// People put keys into the user name and the query of an address.
function showUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  return shorten(`${protocol}//${host}${pathname}`);
}

function showParameter(value: JsonValue): ShownValue | undefined {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" && WORD.test(value) ? value : undefined;
}

/** What may be remembered of the question `parts`, whose key is `key`. Linear in the size of the parts. */
export function summariseQuestion(key: CacheKey, parts: CacheKeyParts): QuestionSummary {
  const summaries: PartSummary[] = [];
  const add = (part: string, value: unknown, shown?: ShownValue): void => {
    if (value === undefined) return;
    const sha256 = sha256Hex(canonicalBytes(value, part));
    summaries.push({ part, sha256, ...(shown !== undefined && { shown }) });
  };
  const addText = (part: "provider" | "model" | "promptTemplateVersion" | "namespace" | "salt"): void => {
    const text = parts[part];
    if (text !== undefined) add(part, text, shorten(text));
  };
  add("keyVersion", KEY_VERSION, KEY_VERSION);
  addText("provider");
  add("baseUrl", parts.baseUrl, parts.baseUrl === undefined ? undefined : showUrl(parts.baseUrl));
  addText("model");
  // There, though empty, is another question than not there.
  if (parts.parameters !== undefined) add("parameters", {});
  for (const [name, value] of Object.entries(parts.parameters ?? {})) {
    if (value !== undefined) add(`parameters.${name}`, value, showParameter(value));
  }
  add("outputSchema", parts.outputSchema);
  add("persona", parts.persona);
  addText("promptTemplateVersion");
  add("prompt", parts.prompt);
  add("files", parts.files);
  addText("namespace");
  addText("salt");
  const { files } = parts;
  if (files === undefined || files.length > MAX_REMEMBERED_FILES) return { key, parts: summaries };
  return { key, parts: summaries, files: files.map(({ path, sha256 }) => ({ path, sha256 })) };
}
