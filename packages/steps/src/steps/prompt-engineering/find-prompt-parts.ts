import { isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";

/** A text that goes to a model, as it stands in its file. */
export interface PromptPart {
  readonly text: string;
  /** Line of the file in which its first line stands, from 1. */
  readonly line: number;
  /** Whether it is a message by itself, so that nothing of the instructions is beside it. */
  readonly isMessage: boolean;
}

/** What is in a prompt file. */
export interface PromptFileParts {
  readonly parts: readonly PromptPart[];
  /** Names that the file says are filled in, with their lines; `undefined` where it says nothing of that. */
  readonly declared: ReadonlyMap<string, number> | undefined;
  /** How placeholders look. */
  readonly syntax: "double" | "single";
  /** Whether its reader keeps values apart from the instructions by itself: placeholders only name them. */
  readonly keepsApart: boolean;
}

/** Keys that declare what is filled in, of LangChain, of this program, and of front matters (Dotprompt, Prompty, prompt files of editors). */
const DECLARING: readonly (readonly string[])[] = [["variables"], ["input_variables"], ["input", "schema"], ["inputs"]];
/** Keys below which the texts are. */
const TEXTS: ReadonlySet<string> = new Set(["template", "prompt", "instructions", "system", "content", "text", "user"]);

/** Takes a prompt file apart: one in YAML by its keys, any other with what its front matter says. Pure. */
export function findPromptParts(file: string, text: string): PromptFileParts {
  if (/\.ya?ml$/i.test(file)) return partsOfYaml(text);
  const front = /^---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  const body = front === null ? text : text.slice(front[0].length);
  const line = front === null ? 1 : front[0].split("\n").length;
  const { declared } = front === null ? { declared: undefined } : partsOfYaml(front[1] ?? "", 2);
  const isTold = /\.(?:prompt|prompty|prompt\.(?:md|txt)|j2|jinja2?|hbs|handlebars|mustache|liquid)$/i.test(file);
  return {
    parts: messagesOf(file, body, line),
    declared: isTold ? declared : undefined,
    syntax: "double",
    keepsApart: false,
  };
}

/** What begins a message: of Dotprompt, and of Prompty. */
const ROLES: readonly (readonly [files: RegExp, begins: RegExp])[] = [
  [/\.prompt$/i, /^[ \t]*\{\{[~]?\s*role\s+["']\w+["']\s*[~]?\}\}/gm],
  [/\.prompty$/i, /^(?:system|user|assistant|developer|function|tool):[ \t]*$/gm],
];

/** A text as the messages that it consists of; one that names no roles is one, and whose it is nobody knows. */
function messagesOf(file: string, text: string, firstLine: number): readonly PromptPart[] {
  const begins = ROLES.find(([files]) => files.test(file))?.[1];
  const starts = begins === undefined ? [] : [...text.matchAll(begins)].map((match) => match.index + match[0].length);
  if (starts.length === 0) return [{ text, line: firstLine, isMessage: false }];
  const ends = begins === undefined ? [] : [...text.matchAll(begins)].map(({ index }) => index);
  const lineAt = (at: number): number => firstLine + text.slice(0, at).split("\n").length - 1;
  const before = text.slice(0, ends[0]);
  const messages = starts.map((start, index) => {
    return { text: text.slice(start, ends[index + 1]), line: lineAt(start), isMessage: true };
  });
  return before.trim() === "" ? messages : [{ text: before, line: firstLine, isMessage: false }, ...messages];
}

function partsOfYaml(text: string, firstLine = 1): PromptFileParts {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, logLevel: "silent" });
  const lineOf = (offset: number): number => lines.linePos(offset).line + firstLine - 1;
  const parts: PromptPart[] = [];
  let declared: Map<string, number> | undefined;
  for (const path of DECLARING) {
    const value = document.getIn(path, true);
    const names = isSeq(value) ? value.items : isMap(value) ? value.items.map(({ key }) => key) : [];
    if (names.length === 0 && !isSeq(value)) continue;
    declared ??= new Map();
    for (const name of names) {
      const given = isMap(name) ? name.get("name", true) : name;
      // `name?` is one that may be left out.
      if (isScalar(given) && typeof given.value === "string") {
        declared.set(given.value.replace(/\?$/, ""), lineOf(given.range?.[0] ?? 0));
      }
    }
  }
  visit(document, {
    Pair(_, { key, value }, ancestors) {
      if (!isScalar(key) || typeof key.value !== "string" || !TEXTS.has(key.value)) return;
      if (!isScalar(value) || typeof value.value !== "string") return;
      const start = value.range?.[0] ?? 0;
      const isBlock = value.type === "BLOCK_LITERAL" || value.type === "BLOCK_FOLDED";
      const parent = ancestors.at(-1);
      const isMessage = key.value === "content" && isMap(parent) && parent.has("role");
      parts.push({ text: value.value, line: lineOf(start) + (isBlock ? 1 : 0), isMessage });
    },
  });
  const keepsApart = document.has("persona") && document.has("instructions") && document.has("answer");
  const isSingle = document.get("template_format") === "f-string" || document.has("input_variables");
  return { parts, declared, syntax: isSingle ? "single" : "double", keepsApart };
}
