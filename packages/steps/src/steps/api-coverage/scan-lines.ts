import type { PublicName } from "./public-name.ts";

const GO_NAME = /^(?:func\s+(?:\(\s*(?:\w+\s+)?\*?([A-Za-z_]\w*)(?:\[[^\]]*\])?\s*\)\s*)?|type\s+)([A-Z]\w*)/;
const RUST_NAME =
  /^\s*pub\s+(?:(?:async|unsafe|const|default|extern\s+"[^"]*")\s+)*(?:fn|struct|enum|union|trait|type|const|static|mod)\s+(?:mut\s+)?(?:r#)?([A-Za-z_]\w*)/;

/** Exported functions, methods of exported types and types of a file in Go: the comment right above is the documentation. */
export function scanGo(file: string, text: string): readonly PublicName[] {
  const lines = text.split("\n");
  if (lines.some((line) => /^package main\b/.test(line))) return [];
  return lines.flatMap((line, index): readonly PublicName[] => {
    const [, receiver, name] = GO_NAME.exec(line) ?? [];
    if (name === undefined || (receiver !== undefined && !/^[A-Z]/.test(receiver))) return [];
    const above = lines[index - 1]?.trim() ?? "";
    const isDocumented = (above.startsWith("//") && !above.startsWith("//go:")) || above.endsWith("*/");
    return [{ name: receiver === undefined ? name : `${receiver}.${name}`, file, line: index + 1, isDocumented }];
  });
}

/** Items that a file in Rust makes public, as the lint `missing_docs` counts them, but for fields, variants and what a private module hides. */
export function scanRust(file: string, text: string): readonly PublicName[] {
  // Tests in the file are nobody's API.
  const lines = text.replace(/^#\[cfg\(test\)\]\s*mod\b[\s\S]*$/m, "").split("\n");
  return lines.flatMap((line, index): readonly PublicName[] => {
    const name = RUST_NAME.exec(line)?.[1];
    // The documentation of `pub mod x;` is in its file.
    if (name === undefined || /^\s*pub\s+mod\s+\w+\s*;/.test(line)) return [];
    let above = index - 1;
    while (/^\s*(?!#\[doc)(?:#\[[^\n]*|[^\n/]*\)\])\s*$/.test(lines[above] ?? "-")) above -= 1;
    if (/^\s*#\[doc\(hidden\)\]/.test(lines[above] ?? "")) return [];
    const isDocumented = /^\s*(?:\/\/\/|#\[doc)|\*\/\s*$/.test(lines[above] ?? "");
    return [{ name, file, line: index + 1, isDocumented }];
  });
}
