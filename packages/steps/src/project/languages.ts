import { isForeign } from "./folder.ts";
import type { LanguageShare } from "./project-facts.ts";

const BY_EXTENSION: ReadonlyMap<string, string> = new Map(
  Object.entries({
    JavaScript: "js cjs mjs jsx",
    TypeScript: "ts cts mts tsx",
    Vue: "vue",
    Svelte: "svelte",
    Python: "py pyi",
    Go: "go",
    Rust: "rs",
    Java: "java",
    Kotlin: "kt kts",
    Scala: "scala",
    Groovy: "groovy",
    "C#": "cs",
    "F#": "fs",
    "Visual Basic": "vb",
    Ruby: "rb",
    PHP: "php",
    C: "c h",
    "C++": "cc cpp cxx hh hpp hxx",
    Shell: "sh bash zsh bats",
    PowerShell: "ps1",
    Swift: "swift",
    Dart: "dart",
    Elixir: "ex exs",
    Lua: "lua",
    HTML: "html htm",
    CSS: "css scss sass less",
    SQL: "sql",
  }).flatMap(([language, extensions]) => extensions.split(" ").map((extension) => [extension, language] as const)),
);

/** Counts the files of each language by the ends of their names, without those that are somebody else's. Pure. */
export function countLanguages(files: ReadonlySet<string>): readonly LanguageShare[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const [, extension = ""] = /\.([a-zA-Z0-9]+)$/.exec(file) ?? [];
    const language = BY_EXTENSION.get(extension.toLowerCase());
    if (language !== undefined && !isForeign(file)) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  // A header may be of either; with C++ there and no C at all it is C++.
  if (counts.has("C") && counts.has("C++") && ![...files].some((file) => file.endsWith(".c") && !isForeign(file))) {
    counts.set("C++", (counts.get("C++") ?? 0) + (counts.get("C") ?? 0));
    counts.delete("C");
  }
  return [...counts]
    .map(([language, fileCount]) => ({ language, fileCount }))
    .toSorted((one, other) => other.fileCount - one.fileCount || (one.language < other.language ? -1 : 1));
}
