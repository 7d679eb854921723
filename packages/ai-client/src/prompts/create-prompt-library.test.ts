import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/temporary-directory.ts";
import { composePrompt } from "./compose-prompt.ts";
import { createPromptLibrary, MAX_PROMPT_FILE_BYTES, type PromptLibrary } from "./create-prompt-library.ts";
import { PromptError } from "./prompt-error.ts";
import { promptTemplateVersion } from "./prompt-template-version.ts";

const TEMPLATE = "name: mine\npersona: code_reviewer\ndescription: d\ninstructions: Do it.\nanswer: text\n";

interface Fixture {
  readonly folder: string;
  readonly library: PromptLibrary;
}

function withFiles(files: Readonly<Record<string, string | Uint8Array>>): Fixture {
  const folder = temporaryDirectory();
  for (const kind of ["personas", "templates"]) mkdirSync(join(folder, kind));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return { folder, library: createPromptLibrary({ directories: [folder] }) };
}

async function failure(promise: Promise<unknown>): Promise<PromptError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PromptError);
  return error as PromptError;
}

const NEEDED_TEMPLATES = [
  "api_coverage",
  "changelog",
  "code_review",
  "consistency_check",
  "context_analysis",
  "dependency_analysis",
  "documentation_optimization",
  "documentation_updates",
  "front_end_analysis",
  "prompt_engineering",
  "test_generation",
  "test_review",
  "ux_analysis",
];

test("createPromptLibrary() ships templates for the steps, each of which loads and makes a prompt", async () => {
  const library = createPromptLibrary();
  const { templates, personas } = await library.names();
  expect(templates).toEqual(expect.arrayContaining(NEEDED_TEMPLATES));
  const used = new Set<string>();
  for (const name of templates) {
    const { template, persona } = await library.load(name);
    used.add(persona.name);
    const variables = Object.fromEntries(template.variables.map((variable) => [variable, "value"]));
    const { prompt, system, estimatedInputTokens } = composePrompt({ template, persona, variables });
    expect(system.startsWith(persona.system)).toBe(true);
    expect(prompt).not.toContain("{{");
    expect(estimatedInputTokens).toBeLessThan(2000);
  }
  expect([...used].sort()).toEqual(personas);
});

test("createPromptLibrary() prefers a repository's own files, and an edit of either changes the version", async () => {
  const shipped = await createPromptLibrary().load("code_review");
  const own = withFiles({
    "personas/code_reviewer.yaml": "name: code_reviewer\ndescription: Mine\nsystem: Be kind.\n",
    "templates/mine.yaml": TEMPLATE,
  });
  const mixed = await own.library.load("code_review");
  expect(mixed.persona.system).toBe("Be kind.");
  expect(mixed.template).toEqual(shipped.template);
  const versions = [shipped, mixed].map(({ template, persona }) => promptTemplateVersion(template, persona));
  expect(new Set(versions).size).toBe(2);
  const first = await own.library.load("mine");
  writeFileSync(join(own.folder, "templates/mine.yaml"), `# a comment\n${TEMPLATE}`);
  expect(await own.library.load("mine")).toEqual(first);
  writeFileSync(join(own.folder, "templates/mine.yaml"), `${TEMPLATE}version: "2"\n`);
  const second = await own.library.load("mine");
  expect(promptTemplateVersion(second.template, second.persona)).toMatch(/^mine@2#/);
  expect((await own.library.names()).templates).toContain("mine");
});

test("promptTemplateVersion() does not depend on the order of keys", async () => {
  const schema = "answer: { type: object, required: [a], properties: { a: { type: string } } }\n";
  const other = "answer: { properties: { a: { type: string } }, required: [a], type: object }\n";
  const versions: string[] = [];
  for (const answer of [schema, other]) {
    const { library } = withFiles({ "templates/mine.yaml": TEMPLATE.replace("answer: text\n", answer) });
    const { template, persona } = await library.load("mine");
    versions.push(promptTemplateVersion(template, persona));
  }
  expect(versions[0]).toBe(versions[1]);
});

test.each([
  ["instrutions: x\n", 6, 'unknown key "instrutions"; did you mean "instructions"?'],
  ["max_output_tokens: 1.5\n", 6, "at least 1"],
  ["max_output_tokens: many\n", 6, "at least 1"],
  ["version: 2\n", 6, "`version` must be a text"],
  ["parameters:\n", 6, "`parameters` must be a mapping"],
  ["variables:\n", 6, "list of names"],
  ["max_output_tokens:\n", 6, "at least 1"],
  ["parameters: [1]\n", 6, "`parameters` must be a mapping"],
  ["parameters: { seed: .inf }\n", 6, "finite"],
  ["parameters: { a: { b: 1 } }\n", 6, "`parameters` must be a mapping"],
  ["variables: [Not A Name]\n", 6, "list of names"],
  ["variables: [a, a]\n", 6, "twice"],
  ["__proto__: { x: 1 }\n", 6, "unknown key"],
  ["name: twice\n", 6, "duplicated mapping key"],
  ["version: &x '1'\nparameters: { a: *x }\n", undefined, "alias"],
  ["version: !!js/function 'x'\n", undefined, "tag"],
  ["version: [\n", undefined, "not plain YAML"],
  [`version: ${"[".repeat(5000)}\n`, undefined, "not plain YAML"],
])("createPromptLibrary() refuses a template with %j, naming the line", async (text, line, message) => {
  const { library, folder } = withFiles({ "templates/mine.yaml": TEMPLATE + text });
  const error = await failure(library.load("mine"));
  expect(error.message).toContain(message);
  expect(error.code).toBe("AI_CLIENT_PROMPT_INVALID");
  expect(error.file).toBe(join(folder, "templates/mine.yaml"));
  if (line !== undefined) expect(error.line).toBe(line);
});

test.each([
  [/name: mine/, "name: other", 1, 'must be "mine"'],
  [/persona: \w+\n/, "", undefined, "`persona` is missing"],
  [/persona: \w+/, "persona: ../x", 2, "`persona` must be a name"],
  [/instructions: .*/, "instructions: '  '", 4, "`instructions` must be a text"],
  [/instructions: .*/, "instructions: [a]", 4, "`instructions` must be a text"],
  [
    /instructions: .*/,
    "instructions: '{{gaps}} {{gap}}'\nvariables: [gaps]",
    4,
    'unknown variable "{{gap}}"; did you mean "gaps"?',
  ],
  [/answer: text/, "answer: finding", 5, 'did you mean "findings"?'],
  [/answer: text/, "answer: { type: nonsense }", 5, "not a JSON Schema"],
  [/answer: text/, "answer: { minimun: 3 }", 5, "not a JSON Schema"],
  [/answer: text/, "answer: [text]", 5, "`answer` must be"],
  [/^[^]*$/, "- a\n", 1, "must be a mapping"],
  [/^[^]*$/, "", undefined, "not plain YAML"],
])("createPromptLibrary() refuses a template where %s is %j", async (pattern, replacement, line, message) => {
  const { library } = withFiles({ "templates/mine.yaml": TEMPLATE.replace(pattern, replacement) });
  const error = await failure(library.load("mine"));
  expect(error.message).toContain(message);
  expect(error.line).toBe(line);
});

test("createPromptLibrary() suggests the nearest name for what is missing", async () => {
  const { library, folder } = withFiles({ "templates/mine.yaml": TEMPLATE.replace("code_reviewer", "code_revewer") });
  const template = await failure(library.load("code_reviw"));
  expect(template.message).toContain('there is no template "code_reviw"; did you mean "code_review"?');
  expect(template.code).toBe("AI_CLIENT_PROMPT_MISSING");
  const persona = await failure(library.load("mine"));
  expect(persona.message).toContain('there is no persona "code_revewer"; did you mean "code_reviewer"?');
  expect(persona.file).toBe(join(folder, "templates/mine.yaml"));
});

test.each(["../x", "a/b", "a\\b", "", ".", "A", "a\u0000b", "x".repeat(65)])(
  "createPromptLibrary() opens nothing for the name %j",
  async (name) => {
    const error = await failure(createPromptLibrary({ directories: ["/nonexistent"] }).load(name));
    expect(error.message).toContain("is not a name of a template");
  },
);

test("createPromptLibrary() refuses what is too large, no UTF-8, or no file", async () => {
  const { library, folder } = withFiles({
    "templates/large.yaml": `${TEMPLATE}#${"x".repeat(MAX_PROMPT_FILE_BYTES)}`,
    "templates/fits.yaml": `${TEMPLATE.replace("mine", "fits")}#${"x".repeat(MAX_PROMPT_FILE_BYTES - TEMPLATE.length - 1)}`,
    "templates/bytes.yaml": new Uint8Array([0x61, 0xff]),
  });
  mkdirSync(join(folder, "templates/folder.yaml"));
  execFileSync("mkfifo", [join(folder, "templates/pipe.yaml")]);
  symlinkSync("loop.yaml", join(folder, "templates/loop.yaml"));
  expect((await failure(library.load("large"))).message).toContain("larger than");
  expect((await library.load("fits")).template.name).toBe("fits");
  expect((await failure(library.load("bytes"))).message).toContain("not UTF-8");
  expect((await failure(library.load("folder"))).message).toContain("not a file");
  expect((await failure(library.load("pipe"))).message).toContain("not a file");
  expect((await failure(library.load("loop"))).message).toContain("cannot be opened");
});

test("createPromptLibrary() looks in folders that are not there without complaint", async () => {
  const library = createPromptLibrary({ directories: [join(tmpdir(), "no-such-folder")] });
  expect((await library.loadPersona("code_reviewer")).name).toBe("code_reviewer");
  expect(() => createPromptLibrary({ directories: [""] })).toThrow(TypeError);
});

test("createPromptLibrary() takes what a template does not say from the one it extends, its own name included", async () => {
  const shipped = (await createPromptLibrary().load("code_review")).template;
  const { library } = withFiles({
    "templates/code_review.yaml": "name: code_review\nextends: code_review\nmore_instructions: Money is in cents.\n",
    "templates/mine.yaml": "name: mine\nextends: code_review\nmax_output_tokens: 9\npersona: test_engineer\n",
  });
  const own = (await library.load("code_review")).template;
  expect(own).toEqual({ ...shipped, instructions: `${shipped.instructions}\n\nMoney is in cents.` });
  const mine = await library.load("mine");
  expect(mine.template).toEqual({ ...own, name: "mine", maxOutputTokens: 9, persona: "test_engineer" });
  expect(mine.persona.name).toBe("test_engineer");
});

test("createPromptLibrary() refuses templates that extend each other or nothing", async () => {
  const { library, folder } = withFiles({
    "templates/a.yaml": "name: a\nextends: b\n",
    "templates/b.yaml": "name: b\nextends: a\n",
    "templates/c.yaml": "name: c\nextends: c\n",
    "templates/d.yaml": "name: d\nextends: ../d\n",
    "templates/e.yaml": "name: e\nextends: code_review\ninstructions: '{{gaps}}'\n",
  });
  expect((await failure(library.load("a"))).message).toContain("extends itself");
  expect((await failure(library.load("c"))).message).toContain('there is no template "c"');
  const hostile = await failure(library.load("d"));
  expect(hostile).toMatchObject({ file: join(folder, "templates/d.yaml"), code: "AI_CLIENT_PROMPT_MISSING" });
  expect((await failure(library.load("e"))).message).toContain('unknown variable "{{gaps}}"');
});
