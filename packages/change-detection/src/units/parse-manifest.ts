import type { ParseError } from "jsonc-parser";
import { checkExtent } from "./field.ts";

/** A format that manifests and lock files are written in. */
export type ManifestFormat = "json" | "jsonc" | "toml" | "yaml" | "xml" | "text";

/** A parsed file, or one sentence part on why it cannot be parsed. */
export type Parsed = { readonly value: unknown } | { readonly reason: string };

/** Largest manifest that is read, in bytes. */
export const MAX_MANIFEST_BYTES = 4_194_304;
/** Largest lock file that is read, in bytes. */
export const MAX_LOCK_BYTES = 134_217_728;

const MAX_YAML_ALIASES = 1000;
const decoder = new TextDecoder("utf-8", { fatal: true });

async function parseText(text: string, format: ManifestFormat): Promise<unknown> {
  switch (format) {
    case "text":
      return text;
    case "json":
      return JSON.parse(text) as unknown;
    case "jsonc": {
      const { parse, printParseErrorCode } = await import("jsonc-parser");
      const errors: ParseError[] = [];
      const value: unknown = parse(text, errors, { allowTrailingComma: true });
      const [first] = errors;
      if (first !== undefined) throw new SyntaxError(`${printParseErrorCode(first.error)} at offset ${first.offset}`);
      return value;
    }
    case "toml":
      return (await import("smol-toml")).parse(text);
    case "yaml": {
      const { FAILSAFE_SCHEMA, load } = await import("js-yaml");
      // Scalars stay text: versions such as 1.10 are no numbers.
      return load(text, { schema: FAILSAFE_SCHEMA, maxAliases: MAX_YAML_ALIASES });
    }
    case "xml": {
      const { XMLParser } = await import("fast-xml-parser");
      const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: false });
      return parser.parse(text, true) as unknown;
    }
  }
}

/**
 * Parses the bytes of a manifest or lock file. Never throws: bytes that are not UTF-8, syntax errors, duplicate keys and files beyond
 * `maxBytes` are a reason. The parser is loaded on first use.
 */
export async function parseManifest(bytes: Uint8Array, format: ManifestFormat, maxBytes: number): Promise<Parsed> {
  if (bytes.byteLength > maxBytes) return { reason: `is larger than ${maxBytes} bytes` };
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { reason: "is not UTF-8" };
  }
  try {
    const value = await parseText(text, format);
    checkExtent(value);
    return { value };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { reason: `cannot be parsed as ${format}: ${message.split("\n", 1)[0] ?? ""}`.trimEnd() };
  }
}
