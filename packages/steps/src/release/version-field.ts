import path from "node:path";
import { findNodeAtLocation, parseTree, type ParseError } from "jsonc-parser";
import { isDeepJson } from "../text/is-deep-json.ts";

/** Where the version of a manifest stands in its text. */
export interface VersionField {
  readonly version: string;
  /** Offsets of the text between the quotes. */
  readonly start: number;
  readonly end: number;
}

/** Manifests of npm, Bower, Component, Composer, JSR, Deno and of jQuery's plugins, and what programs read their own from. */
const JSON_MANIFEST = /^(?:package|bower|component|composer|jsr|deno|version)\.json$|\.jquery\.json$/;
const SECTIONS = /^\[(?:project|tool\.poetry|package|workspace\.package)\]\s*(?:#.*)?$/;

/** Finds the version of a manifest; `undefined` where it has none, takes it from elsewhere, or cannot be read. Pure. */
export function findVersion(file: string, text: string): VersionField | undefined {
  const name = path.posix.basename(file);
  if (JSON_MANIFEST.test(name)) return inJson(text, ["version"]);
  switch (name) {
    case "pyproject.toml":
    case "Cargo.toml":
      return inToml(text);
    case "VERSION":
    case "version.txt": {
      const found = /^(\s*)([^\s]+)\s*$/.exec(text);
      const [, before = "", version = ""] = found ?? [];
      return found === null ? undefined : { version, start: before.length, end: before.length + version.length };
    }
    default:
      return undefined;
  }
}

/** The text of a manifest with another version, and nothing else changed. Pure. */
export function withVersion(text: string, { start, end }: VersionField, version: string): string {
  return text.slice(0, start) + version + text.slice(end);
}

/** A text at a place of a JSON file; `undefined` where it has none, or is nested too deeply to be read. Pure. */
export function inJson(text: string, place: readonly (string | number)[]): VersionField | undefined {
  if (isDeepJson(text)) return undefined;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors);
  if (errors.length > 0) return undefined;
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...place]);
  if (node?.type !== "string" || typeof node.value !== "string") return undefined;
  return { version: node.value, start: node.offset + 1, end: node.offset + node.length - 1 };
}

function inToml(text: string): VersionField | undefined {
  let offset = 0;
  let isInside = false;
  for (const line of text.split("\n")) {
    if (/^\s*\[/.test(line)) isInside = SECTIONS.test(line.trim());
    const [, before, version] = isInside ? (/^(\s*version\s*=\s*["'])([^"'\\]+)["']/.exec(line) ?? []) : [];
    if (before !== undefined && version !== undefined) {
      const start = offset + before.length;
      return { version, start, end: start + version.length };
    }
    offset += line.length + 1;
  }
  return undefined;
}
