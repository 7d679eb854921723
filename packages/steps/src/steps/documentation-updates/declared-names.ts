import { isTable, parseJsonTable, scriptsOf } from "../../project/read-data.ts";
import type { DeclaredName } from "./declared-name.ts";
import { scriptMembers } from "./script-members.ts";

const SCRIPT = /\.(?:[cm]?[jt]sx?|vue|svelte)$/i;

/** Patterns whose first group is the name, by the languages that have them. */
const DECLARATIONS: readonly (readonly [files: RegExp, pattern: RegExp])[] = [
  [
    SCRIPT,
    /^[ \t]*export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|interface|type|enum|namespace)\s+([A-Za-z_$][\w$]*)/gm,
  ],
  [SCRIPT, /^[ \t]*(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=/gm],
  [/\.pyi?$/i, /^(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)/gm],
  [/\.go$/i, /^(?:func|type|var|const)\s+(?:\([^)\n]*\)\s*)?([A-Z]\w*)/gm],
  [
    /\.rs$/i,
    /^[ \t]*pub\s+(?:async\s+|unsafe\s+|const\s+)*(?:fn|struct|enum|trait|const|static|type|mod|macro_rules!)\s+([A-Za-z_]\w*)/gm,
  ],
  [
    /\.(?:java|kt|cs|scala|swift)$/i,
    /^[ \t]*(?:public|open)\s+[^=;{}\n]*?\b(?:class|interface|enum|record|struct|protocol|object)\s+([A-Za-z_]\w*)/gm,
  ],
  [/\.(?:java|cs)$/i, /^[ \t]*public\s+[\w<>[\],.? \t]+\s([A-Za-z_]\w*)\s*\(/gm],
  [/\.rb$/i, /^[ \t]*(?:def\s+(?:self\.)?|class\s+|module\s+)([A-Za-z_]\w*[?!]?)/gm],
  [
    /\.php$/i,
    /^[ \t]*(?:(?:abstract|final|public|static)\s+)*(?:function|class|interface|trait|enum)\s+&?([A-Za-z]\w*)/gm,
  ],
  [/\.(?:ba|z)?sh$/i, /^(?:function\s+)?([a-z]\w*)\s*\(\)/gm],
];

/** `export { a, b as c }`. */
const EXPORT_LIST = /^[ \t]*export\s+(?:type\s+)?\{([^}]*)\}/gm;

/** Calls that declare an option of a command line, with up to three texts as their first arguments. */
const OPTION =
  /\b(?:option|requiredOption|Option|add_argument|add_option|flag\.\w+|flags?\(\)\.\w+|Flags\(\)\.\w+)\s*\(\s*((?:(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)\s*,?\s*){1,3})/g;
const TEXT = /"([^"\n]*)"|'([^'\n]*)'|`([^`\n]*)`/g;
const FLAG = /(?:^|[\s,|])--(?:\[no-\])?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)/g;

const VARIABLES: readonly RegExp[] = [
  /\b(?:process|import\.meta)\.env\.([A-Z][A-Z0-9_]{2,})\b/g,
  /\b(?:process\.env|environ|ENV)\s*\[\s*["']([A-Z][A-Z0-9_]{2,})["']/g,
  /\b(?:getenv|Getenv|LookupEnv|environ\.get|ENV\.fetch|env::var|GetEnvironmentVariable)\s*\(\s*["']([A-Z][A-Z0-9_]{2,})["']/g,
];

/** Variables that systems and platforms set, whoever reads them. */
const OF_SYSTEMS: ReadonlySet<string> = new Set(
  "CI COLUMNS DEBUG EDITOR FORCE_COLOR HOME HOST HOSTNAME LANG LOCALAPPDATA APPDATA LOGNAME NODE_DEBUG NODE_ENV NODE_OPTIONS NODE_PATH NO_COLOR PATH PORT PWD PYTHONPATH SHELL TEMP TERM TMP TMPDIR USER USERNAME USERPROFILE".split(
    " ",
  ),
);

/** Characters of a signature that are compared. */
const MAX_SIGNATURE = 400;

/** The names that a file offers to others. Pure. */
export function declaredNames(file: string, text: string): readonly DeclaredName[] {
  const base = file.slice(file.lastIndexOf("/") + 1);
  if (base === "package.json") return declaredScripts(text);
  if (base.endsWith(".json")) return keysOf(text);
  const found: DeclaredName[] = [];
  for (const [files, pattern] of DECLARATIONS) {
    if (!files.test(file)) continue;
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? "";
      found.push({ kind: "export", name, signature: signatureAt(text, match.index) });
    }
  }
  if (SCRIPT.test(file)) {
    for (const [, list = ""] of text.matchAll(EXPORT_LIST)) {
      for (const part of list.split(",")) {
        const name = /([A-Za-z_$][\w$]*)\s*$/.exec(part)?.[1];
        if (name !== undefined && name !== "default") found.push({ kind: "export", name, signature: "" });
      }
    }
    found.push(...scriptMembers(text, (index) => signatureAt(text, index)));
  }
  for (const [, texts = ""] of text.matchAll(OPTION)) {
    for (const match of texts.matchAll(TEXT)) {
      const literal = match[1] ?? match[2] ?? match[3] ?? "";
      const flags = [...literal.matchAll(FLAG)].map(([, name = ""]) => name);
      for (const name of flags) found.push({ kind: "flag", name: `--${name}`, signature: literal });
    }
  }
  for (const pattern of VARIABLES) {
    for (const [, name = ""] of text.matchAll(pattern)) {
      if (!OF_SYSTEMS.has(name)) found.push({ kind: "variable", name, signature: "" });
    }
  }
  return found;
}

/** From the declaration to where its body or value ends the line of thought. */
function signatureAt(text: string, index: number): string {
  const from = text.slice(index, index + MAX_SIGNATURE).trimStart();
  const end = from.search(/\{\s*(?:\n|$)|;|=>|\n\s*\n|\n\S/);
  return (end < 0 ? from : from.slice(0, end)).replace(/\s+/g, " ").trim();
}

function declaredScripts(text: string): readonly DeclaredName[] {
  return [...scriptsOf(parseJsonTable(text))].map(([name, signature]) => ({ kind: "script", name, signature }));
}

/** Names of properties in a JSON Schema, which are keys of somebody's configuration. */
function keysOf(text: string): readonly DeclaredName[] {
  const schema = parseJsonTable(text);
  if (!isTable(schema["properties"]) || !("$schema" in schema || "$id" in schema)) return [];
  const found: DeclaredName[] = [];
  const open: unknown[] = [schema];
  for (let value = open.pop(); value !== undefined && found.length < 10_000; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const properties = isTable(value) && isTable(value["properties"]) ? value["properties"] : {};
    for (const [name, says] of Object.entries(properties)) {
      found.push({ kind: "key", name, signature: JSON.stringify(says).slice(0, MAX_SIGNATURE) });
    }
    open.push(...Object.values(value).filter((one) => one !== null && one !== undefined));
  }
  return found;
}
