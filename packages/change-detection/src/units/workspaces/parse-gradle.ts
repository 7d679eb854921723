/** What is read from a `settings.gradle` or `settings.gradle.kts`. */
export interface GradleSettings {
  readonly name: string | undefined;
  /** Project paths such as `:a:b`. */
  readonly includes: readonly string[];
  /** Folders by project path, relative to the settings file, where they are not the usual ones. */
  readonly folders: ReadonlyMap<string, string>;
  readonly includedBuilds: readonly string[];
  /** It includes projects by code that is not a plain list of names. */
  readonly isDynamic: boolean;
}

/** A project that a build script needs. */
export interface GradleReference {
  /** A project path such as `:a:b`, or an accessor such as `a.b` of `projects.a.b`. */
  readonly path: string;
  readonly isAccessor: boolean;
  /** The word before it, such as `testImplementation`. */
  readonly configuration: string;
}

/** What is read from a build script. */
export interface GradleBuild {
  readonly references: readonly GradleReference[];
  /** Scripts of `apply from`, relative to the script or to the root. */
  readonly scripts: readonly { readonly path: string; readonly isFromRoot: boolean }[];
  /** It names a project by code that is not a plain text. */
  readonly isDynamic: boolean;
}

/** Where the text that begins at `start` with `open` ends; an end that is missing is the end of the script. */
function endOf(script: string, start: number, open: string): number {
  if (open === "//") {
    const end = script.indexOf("\n", start);
    return end === -1 ? script.length : end;
  }
  const close = open === "/*" ? "*/" : open;
  if (close.length > 1) {
    const end = script.indexOf(close, start + open.length);
    return end === -1 ? script.length : end + close.length;
  }
  for (let at = start + 1; at < script.length; at += 1) {
    const character = script[at];
    if (character === "\\") at += 1;
    else if (character === close) return at + 1;
    else if (character === "\n") return at;
  }
  return script.length;
}

/** Takes out comments and leaves strings alone; runs of white space become one. */
export function withoutComments(script: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let at = 0; at < script.length;) {
    const character = script[at];
    const next = script[at + 1];
    const isComment = character === "/" && (next === "/" || next === "*");
    if (!isComment && character !== '"' && character !== "'") {
      at += 1;
      continue;
    }
    const triple = `${character}${character}${character}`;
    const open = isComment ? `/${next}` : script.startsWith(triple, at) ? triple : (character ?? "");
    const end = endOf(script, at, open);
    if (isComment) {
      parts.push(script.slice(kept, at), " ");
      kept = end;
    }
    at = end;
  }
  parts.push(script.slice(kept));
  return parts.join("").replace(/\s+/g, (space) => (space.includes("\n") ? "\n" : " "));
}

function literals(text: string): readonly string[] {
  return [...text.matchAll(/"([^"\\\n$]*)"|'([^'\\\n]*)'/g)].map(([, double, single]) => double ?? single ?? "");
}

/** Tells whether a list of arguments is nothing but plain texts. */
function isPlainList(text: string): boolean {
  return /^[\s,]*$/.test(text.replace(/"[^"\\\n$]*"|'[^'\\\n]*'/g, ","));
}

/** Reads the calls of one name, with and without brackets. */
function argumentsOf(text: string, name: string): readonly string[] {
  const call = new RegExp(String.raw`(?<![\w.$"'])${name}(?:\s*\(([^)]*)\)|[ \t]+((?:[^\n]*,[ \t]*\n)*[^\n]*))`, "g");
  return [...text.matchAll(call)].map(([, bracketed, open]) => bracketed ?? open ?? "");
}

const PROJECT_PATH = /^:?[^:]+(?::[^:]+)*$/;
const absolute = (path: string): string => (path.startsWith(":") ? path : `:${path}`);

/** Reads a settings script as far as it is plain: `include`, `projectDir`, `includeBuild`, `rootProject.name`. */
export function parseGradleSettings(script: string): GradleSettings {
  const text = withoutComments(script);
  const includes = new Set<string>();
  let isDynamic = false;
  for (const list of argumentsOf(text, "include")) {
    if (!isPlainList(list)) isDynamic = true;
    for (const one of literals(list)) if (PROJECT_PATH.test(one)) includes.add(absolute(one));
  }
  const folders = new Map<string, string>();
  const directory =
    /project\s*\(\s*["']([^"']+)["']\s*\)\s*\.\s*projectDir\s*=\s*(?:new\s+)?(?:file|File)\s*\(\s*(?:(?:rootDir|settingsDir|rootProject\.projectDir)\s*,\s*)?["']([^"'$]*)["']\s*\)/g;
  for (const [, path = "", folder = ""] of text.matchAll(directory)) folders.set(absolute(path), folder);
  const assigned = [...text.matchAll(/\.\s*projectDir\s*=/g)].length;
  if (assigned !== folders.size) isDynamic = true;
  return {
    name: /rootProject\s*\.\s*name\s*=\s*["']([^"'$]+)["']/.exec(text)?.[1],
    includes: [...includes],
    folders,
    includedBuilds: argumentsOf(text, "includeBuild").flatMap((list) => literals(list).slice(0, 1)),
    isDynamic,
  };
}

const CONFIGURATION_CHARACTERS = 120;

/** The word that a reference belongs to: `testImplementation` of `testImplementation(platform(project(":a")))`. */
function configurationBefore(text: string, index: number): string {
  const before = text.slice(Math.max(0, index - CONFIGURATION_CHARACTERS), index);
  return /(\w+)[\s(]*(?:(?:platform|enforcedPlatform|testFixtures)[\s(]+)*$/.exec(before)?.[1] ?? "";
}

/** Reads a build script as far as it is plain: `project(":a")`, `projects.a.b`, `apply from`. */
export function parseGradleBuild(script: string): GradleBuild {
  const text = withoutComments(script);
  const references: GradleReference[] = [];
  let isDynamic = false;
  const call = /(?<![\w.])project ?\(\s?(?:path ?[:=] ?)?(?:"([^"\\\n$]*)"|'([^'\\\n]*)'|([^)]))/g;
  for (const { 1: double, 2: single, 3: code, index } of text.matchAll(call)) {
    const path = double ?? single;
    if (path !== undefined)
      references.push({ path, isAccessor: false, configuration: configurationBefore(text, index) });
    else if (code !== undefined) isDynamic = true;
  }
  for (const { 1: path = "", index } of text.matchAll(
    /(?<![\w.$"'])projects ?\. ?([A-Za-z_]\w*(?:\s?\. ?[A-Za-z_]\w*)*)/g,
  )) {
    references.push({
      path: path.replace(/\s/g, ""),
      isAccessor: true,
      configuration: configurationBefore(text, index),
    });
  }
  const scripts = [
    ...text.matchAll(/(?<!\w)apply ?[({]?\s?from ?[:=] ?(?:(?:rootProject\.)?file ?\( ?)?["']([^"'\n]*)["']/g),
  ].map(({ 1: raw = "" }) => {
    const path = raw.replace(/^\$\{?(?:rootDir|rootProject\.projectDir)\}?\//, "");
    return { path, isFromRoot: path !== raw };
  });
  return { references, scripts, isDynamic };
}
