import type { DeclaredName } from "./declared-name.ts";

/** Functions that are made members of something, as older modules and prototypes do it. */
const ASSIGNED =
  /^[ \t]*(?:[\w$]+\.)+([A-Za-z$][\w$]*)\s*=\s*(?:async\s+)?(?:function\b|\([\w$,\s{}=.:]*\)\s*=>|[\w$]+\s*=>)/gm;
/** The same under another name: `Thing.prototype.remove = Thing.prototype.delete`. */
const ALIASED = /^[ \t]*[\w$]+\.prototype\.([A-Za-z$][\w$]*)\s*=\s*[\w$.]+\s*;?[ \t]*$/gm;
/** Methods of classes and objects; private ones are nobody's to tell of. */
const METHOD =
  /^[ \t]+(?:(?:public|static|async|override|abstract|get|set)\s+)*\*?\s*([A-Za-z$][\w$]*)\s*(?:<[^<>\n]*>)?\([^()\n]*\)\s*(?::[^{;\n]+)?\{[ \t]*$/gm;
const PROPERTY = /^[ \t]*["']?([A-Za-z$][\w$]*)["']?\s*:\s*(?:async\s+)?(?:function\b|\([\w$,\s{}=.:]*\)\s*=>)/gm;
/** What looks like a method and is a statement. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "if",
  "for",
  "while",
  "switch",
  "catch",
  "function",
  "with",
  "return",
  "constructor",
]);

/** Reading a setting, which users give by this name. */
const OPTION =
  /(?<![\w$.])(?:this\.|self\.|that\.)?_?(?:options|opts|config|conf|settings)\??\.([A-Za-z$][\w$]*)(?!\s*\()/g;
/** A member of an interface that may be left out: settings, nearly always. */
const OPTIONAL = /^[ \t]+(?:readonly\s+)?([A-Za-z$][\w$]*)\?:\s/gm;
/** What readers of a command line are asked for by name. */
const ARGUMENT = /(?<![\w$.])(?:argv|program)\.([a-z][A-Za-z\d]+)(?!\s*\()/g;
/** Options in the texts of a program: what it prints about itself, and lists of them. */
const PRINTED = /(?<=["'`\s,|[(])--([a-z][a-z\d]+(?:-[a-z\d]+)*)(?![\w-])/g;

/** Names that JavaScript and TypeScript offer below those that modules export: methods, settings and options of programs. Pure. */
export function scriptMembers(text: string, signatureAt: (index: number) => string): readonly DeclaredName[] {
  const found: DeclaredName[] = [];
  for (const pattern of [ASSIGNED, ALIASED, METHOD, PROPERTY]) {
    for (const { 0: all, 1: name = "", index } of text.matchAll(pattern)) {
      if (KEYWORDS.has(name)) continue;
      // A line may begin far in.
      const signature = signatureAt(index + all.length - all.trimStart().length);
      found.push({ kind: "export", name, signature });
    }
  }
  for (const pattern of [OPTION, OPTIONAL]) {
    for (const [, name = ""] of text.matchAll(pattern)) found.push({ kind: "setting", name, signature: "" });
  }
  for (const [, name = ""] of text.matchAll(ARGUMENT)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    found.push({ kind: "flag", name: `--${flag}`, signature: "" });
  }
  for (const [, name = ""] of text.matchAll(PRINTED)) found.push({ kind: "flag", name: `--${name}`, signature: "" });
  return found;
}
