import { parse, TomlError } from "smol-toml";
import { createPositions, type Position } from "../../text/create-positions.ts";
import type { ConfigDocument } from "./config-document.ts";

/** Reads a file of TOML. */
export function readToml(text: string): ConfigDocument {
  try {
    return { problems: [], content: { value: parse(text) }, positionOf: (path) => positionIn(text, path) };
  } catch (error) {
    if (!(error instanceof TomlError) || error.message.includes("excessively nested")) {
      return {
        problems: [{ rule: "syntax", severity: "info", message: "nested too deeply to be read" }],
        positionOf: () => undefined,
      };
    }
    const message = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    const isTwice = /redefine|already defined|duplicate/i.test(message);
    return {
      problems: [
        {
          rule: isTwice ? "duplicate-key" : "syntax",
          severity: "error",
          message: message.slice(0, 200),
          position: { line: error.line, column: error.column },
        },
      ],
      positionOf: () => undefined,
    };
  }
}

/**
 * The line of a key, or that of the table around it: by the longest header that begins the path, and behind it the line that begins with
 * the next key.
 */
function positionIn(text: string, path: readonly (string | number)[]): Position | undefined {
  const at = createPositions(text);
  const keys = path.filter((part) => typeof part === "string");
  for (let length = keys.length; length >= 0; length -= 1) {
    const header = keys.slice(0, length);
    const start = length === 0 ? 0 : offsetOfHeader(text, header, path);
    if (start === undefined) continue;
    const [next] = keys.slice(length);
    if (next === undefined) return at(start);
    const body = text.slice(length === 0 ? 0 : endOfLine(text, start));
    const end = /^[ \t]*\[/m.exec(body)?.index ?? body.length;
    const line = new RegExp(String.raw`^[ \t]*["']?${escapeText(next)}["']?[ \t]*[=.]`, "m").exec(body.slice(0, end));
    if (line !== null) return at(text.length - body.length + line.index + (/^[ \t]*/.exec(line[0])?.[0].length ?? 0));
    if (length > 0) return at(start);
  }
  return undefined;
}

function offsetOfHeader(text: string, keys: readonly string[], path: readonly (string | number)[]): number | undefined {
  const name = keys.map((key) => String.raw`["']?${escapeText(key)}["']?`).join(String.raw`[ \t]*\.[ \t]*`);
  const headers = [...text.matchAll(new RegExp(String.raw`^[ \t]*\[\[?[ \t]*${name}[ \t]*\]`, "gm"))];
  const index = path.find((part) => typeof part === "number") ?? 0;
  const header = headers[Math.min(index, headers.length - 1)];
  return header === undefined ? undefined : header.index + (/^[ \t]*/.exec(header[0])?.[0].length ?? 0);
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end + 1;
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
