import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsePersona, parseTemplate, type PromptFileSource } from "./parse-prompt-file.ts";
import { PromptError } from "./prompt-error.ts";
import { PROMPT_NAME, type Persona, type PromptTemplate } from "./prompt-template.ts";
import { didYouMean } from "./suggest-name.ts";

/** The largest prompt file that is read, in bytes. */
export const MAX_PROMPT_FILE_BYTES: number = 256 * 1024;

/** Folder of the prompt files that come with this package. */
const SHIPPED_DIRECTORY = fileURLToPath(new URL("../../prompts", import.meta.url));

/** Options of {@link createPromptLibrary}. */
export interface PromptLibraryOptions {
  /** Folders with `personas/` and `templates/`, looked in first and in this order: a repository's own. @defaultValue none */
  readonly directories?: readonly string[] | undefined;
  /** The folder looked in last. @defaultValue the one that comes with this package */
  readonly shippedDirectory?: string | undefined;
}

/** A template with the persona it names. */
export interface LoadedPrompt {
  /** What to do. */
  readonly template: PromptTemplate;
  /** Who does it. */
  readonly persona: Persona;
}

/** Names of what a {@link PromptLibrary} holds, sorted. */
export interface PromptNames {
  /** Personas. */
  readonly personas: readonly string[];
  /** Templates. */
  readonly templates: readonly string[];
}

/** Personas and prompt templates by name. Files are read when they are asked for, each time anew. */
export interface PromptLibrary {
  /** @throws {PromptError} when the template or its persona is missing or wrong */
  load(templateName: string): Promise<LoadedPrompt>;
  /** @throws {PromptError} when the persona is missing or wrong */
  loadPersona(name: string): Promise<Persona>;
  /** Everything there is, own and shipped. */
  names(): Promise<PromptNames>;
}

type Folder = "personas" | "templates";

interface FoundSource extends PromptFileSource {
  /** Which of the directories it was found in. */
  readonly place: number;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}

async function readText(file: string): Promise<string | undefined> {
  const refuse = (problem: string, cause?: unknown): PromptError => {
    return new PromptError("AI_CLIENT_PROMPT_INVALID", problem, { file }, cause);
  };
  let handle;
  try {
    // Opening a pipe must not wait for a writer.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw refuse("it cannot be opened", error);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw refuse("it is not a file");
    const buffer = Buffer.alloc(MAX_PROMPT_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > MAX_PROMPT_FILE_BYTES) throw refuse(`it is larger than ${MAX_PROMPT_FILE_BYTES} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length));
  } catch (error) {
    if (error instanceof PromptError) throw error;
    throw refuse(error instanceof TypeError ? "it is not UTF-8" : "it cannot be read", error);
  } finally {
    await handle.close();
  }
}

async function listNames(directories: readonly string[], folder: Folder): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const directory of directories) {
    let entries: string[] = [];
    try {
      entries = await readdir(join(directory, folder));
    } catch (error) {
      if (!isMissing(error)) {
        throw new PromptError("AI_CLIENT_PROMPT_INVALID", "the folder cannot be read", { file: directory }, error);
      }
    }
    for (const entry of entries) {
      const name = entry.endsWith(".yaml") ? entry.slice(0, -".yaml".length) : "";
      if (PROMPT_NAME.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}

/**
 * Personas and prompt templates from `personas/<name>.yaml` and `templates/<name>.yaml`, a repository's own before those that
 * come with this package. Nothing is read before it is asked for.
 *
 * @throws {TypeError} when a directory is no text
 */
export function createPromptLibrary(options: PromptLibraryOptions = {}): PromptLibrary {
  const directories = [...(options.directories ?? []), options.shippedDirectory ?? SHIPPED_DIRECTORY];
  for (const directory of directories) {
    if (typeof directory !== "string" || directory === "") {
      throw new TypeError("Cannot create prompt library: `directories` must be paths that are not empty");
    }
  }

  async function find(folder: Folder, name: string, askedBy?: string, from = 0): Promise<FoundSource> {
    const kind = folder === "personas" ? "persona" : "template";
    if (!PROMPT_NAME.test(name)) {
      const problem = `${JSON.stringify(name)} is not a name of a ${kind}: lower case letters, digits, "_" and "-" only`;
      throw new PromptError("AI_CLIENT_PROMPT_MISSING", problem, { file: askedBy });
    }
    for (const [place, directory] of directories.entries()) {
      if (place < from) continue;
      const file = join(directory, folder, `${name}.yaml`);
      const text = await readText(file);
      if (text !== undefined) return { name, file, text, place };
    }
    const hint = didYouMean(name, await listNames(directories.slice(from), folder));
    throw new PromptError("AI_CLIENT_PROMPT_MISSING", `there is no ${kind} "${name}"${hint}`, { file: askedBy });
  }

  async function loadTemplate(source: FoundSource, extended: readonly string[] = []): Promise<PromptTemplate> {
    const { file, place } = source;
    return parseTemplate(source, async (name) => {
      if (extended.includes(file)) {
        throw new PromptError("AI_CLIENT_PROMPT_INVALID", "it extends itself", { file });
      }
      // A file that extends its own name means the one that it stands before.
      const base = await find("templates", name, file, name === source.name ? place + 1 : 0);
      return loadTemplate(base, [...extended, file]);
    });
  }

  return {
    async load(templateName): Promise<LoadedPrompt> {
      const source = await find("templates", templateName);
      const template = await loadTemplate(source);
      const persona = await parsePersona(await find("personas", template.persona, source.file));
      return { template, persona };
    },
    async loadPersona(name): Promise<Persona> {
      return parsePersona(await find("personas", name));
    },
    async names(): Promise<PromptNames> {
      return {
        personas: await listNames(directories, "personas"),
        templates: await listNames(directories, "templates"),
      };
    },
  };
}
