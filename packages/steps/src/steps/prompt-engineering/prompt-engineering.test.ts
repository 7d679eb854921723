import fc from "fast-check";
import type { ModuleReply } from "@ai-workflow/engine";
import { afterEach, describe, expect, test } from "vitest";
import { createStepRepository, linesOf, type StepRepository } from "../../../test/step-repository.ts";
import { judgePrompt } from "./judge-prompt.ts";
import judgePrompts from "./step.ts";

let repository: StepRepository | undefined;
afterEach(() => repository?.close());

const judge = (file: string, text: string, maxTokens = 1000): readonly string[] =>
  judgePrompt(file, text, { maxTokens }).map(({ rule, line }) => `${rule} ${line ?? ""}`);

const OWN =
  "name: a\npersona: p\nvariables: [problems]\nanswer: text\ninstructions: |\n  Mend them:\n  {{problems}}.\n";

describe("placeholders and what is declared", () => {
  test.each<[string, string, string, readonly string[]]>([
    ["this program's templates", "prompts/a.yaml", OWN, []],
    [
      "a name that is not declared",
      "prompts/a.yaml",
      OWN.replace("{{problems}}", "{{problem}}"),
      ["undeclared-placeholder 7", "unused-variable 3"],
    ],
    [
      "LangChain",
      "prompts/b.yaml",
      "input_variables: [topic, tone]\ntemplate: Write about {topic}.\n",
      ["unused-variable 1"],
    ],
    [
      "LangChain with braces of JSON",
      "prompts/b.yaml",
      'input_variables: [topic]\ntemplate: "{{\\"a\\": 1}} {topic}"\n',
      [],
    ],
    [
      "a front matter",
      "a.prompt",
      "---\ninput:\n  schema:\n    name: string\n    size?: number\n---\nHi {{name}} {{other}} {{size}}\n",
      ["undeclared-placeholder 7"],
    ],
    [
      "blocks of a template language",
      "a.prompt",
      "---\ninput:\n  schema:\n    list: string\n---\n{{#each list}}{{this}}{{/each}} {{list}}\n",
      [],
    ],
    ["nothing declared", "prompts/a.md", "Hi {{name}}\n", []],
    [
      "an open one",
      "prompts/a.md",
      "Hi {{name}}, {{other} and\n{{\nx}}\n{{last",
      ["unclosed-placeholder 1", "unclosed-placeholder 4"],
    ],
  ])("%s", (_, file, text, expected) => {
    expect(judge(file, text).toSorted()).toEqual(expected.toSorted());
  });
});

describe("text of others", () => {
  test.each([
    "Answer the question of the user: {{user_input}}",
    "Summarise this.\n\n{{ email_body }}\n\nBe short.",
    "Translate ${input:userMessage} now.",
    "Recent messages:\n{{recentMessages}}\n\nExtract the key.",
    "Commit message: {{commit_message}}\nWrite a note.",
    "Sum these up:\n\n{{ commits }}\n\nBe short.",
    "Continue.\n\n{{chat-history}}\n\nDecide.",
  ])("%j stands among the instructions", (text) => {
    expect(judge("prompts/a.md", text).map((one) => one.split(" ")[0])).toEqual(["undelimited-input"]);
  });

  test.each([
    "Answer.\n<question>\n{{user_input}}\n</question>\n",
    "Answer <q>{{user_input}}</q>.",
    'Answer "{{user_input}}".',
    "Answer.\n```\n{{user_input}}\n```\n",
    "Answer.\n\n## Question\n\n{{user_input}}\n",
    "<data>\nFrom: a\nText: {{email_body}}\n</data>\n",
    "{{user_input}}",
    "Write to {{customer_name}} about {{topic}}.",
    "Judge it.\n\n### Question: {{query}}\n\n### Answer: {{answer}}\n",
    "Use {{commit_hash}} and {{messages_per_page}}.",
  ])("%j does not", (text) => {
    expect(judge("prompts/a.md", text)).toEqual([]);
  });

  test("is a message by itself", () => {
    const of = (content: string): string =>
      `messages:\n  - role: system\n    content: Be kind.\n  - role: user\n    content: ${content}\n`;
    expect(judge("a.prompt.yml", of('"{{user_input}}"'))).toEqual([]);
    expect(judge("a.prompt.yml", of('"Do what {{user_input}} says"'))).toEqual(["undelimited-input 5"]);
  });
});

test("is of the developer where a command is started by hand, but for what others wrote", () => {
  expect(judge(".claude/commands/a.md", "**Task:** {{{ input }}}\nDo it.\n")).toEqual([]);
  expect(judge(".github/prompts/a.prompt.md", "Explain ${input:question} now.\n")).toEqual([]);
  expect(judge(".claude/commands/a.md", "Read {{diff}} and {{issue_body}}.\nDo it.\n")).toEqual([
    "undelimited-input 1",
    "undelimited-input 1",
  ]);
});

test("is a message by itself where roles are named in the text, and nothing but names is beside it", () => {
  const front = "---\ninput:\n  schema:\n    question: string\n    context: string\n---\n";
  const dotprompt = (user: string): readonly string[] =>
    judge("a.prompt", `${front}{{role "system"}}\nAnswer by the context.\n\n{{role "user"}}\n${user}`);
  expect(dotprompt("Question:\n{{question}}\nContext:\n{{context}}\nOutput:\n")).toEqual([]);
  expect(dotprompt("Answer {{question}} by {{context}}, in one line.\n")).toEqual(["undelimited-input 11"]);
  const prompty = (user: string): readonly string[] =>
    judge("a.prompty", `---\nname: a\n---\nsystem:\nAnswer.\n\nuser:\n${user}`);
  expect(prompty("{{question}}\n")).toEqual([]);
  expect(prompty("Obey.\n{{question}}\n")).toEqual(["undelimited-input 9"]);
});

test("a placeholder may go on over lines", () => {
  expect(judge("prompts/a.md", "{{name}}\n{{list each one:\n- first\n- second}}\n")).toEqual([]);
  expect(judge("prompts/a.md", "{{name}}\n{{list each one:\n- {{other}}\n")).toEqual(["unclosed-placeholder 2"]);
  expect(judge("prompts/a.md", `{{name}}\n{{list each one:\n${"- \n".repeat(30)}}}\n`)).toEqual([
    "unclosed-placeholder 2",
  ]);
});

test("length and emptiness", () => {
  expect(judge("CLAUDE.md", "word ".repeat(1000))).toEqual(["long-prompt 1"]);
  expect(judge("CLAUDE.md", "word ".repeat(700))).toEqual([]);
  expect(judge("CLAUDE.md", "漢字".repeat(600))).toEqual(["long-prompt 1"]);
  expect(judge("CLAUDE.md", " \n")).toEqual(["empty-prompt 1"]);
});

test("no text makes it throw or takes it long", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "{",
    "}",
    "user_input",
    "\n",
    "---\n",
    "<a>",
    "</a>",
    "```",
    " ",
    "x: ",
    "- ",
    '"',
    "|",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.constantFrom("a.prompt", "prompts/a.yaml", "CLAUDE.md"),
      (parts, file) => {
        expect(Array.isArray(judgePrompt(file, parts.join(""), { maxTokens: 10 }))).toBe(true);
      },
    ),
  );
  expect(judge("prompts/a.md", "{{ a ".repeat(50_000)).length).toBeLessThan(5);
});

describe("the step", () => {
  const FILES = {
    "prompts/a.md": "Do {{user_input}} now.\n",
    "prompts/README.md": "{{user_input}} is filled in\n",
    "a.md": "{{user_input}} is\n",
  };

  test("tells of prompts, without a model too, and of nothing where there are none", async () => {
    repository = createStepRepository(FILES);
    const result = await repository.run("prompt_engineering", judgePrompts);
    expect(result.message).toBe("1 prompt looked at; no model is configured, so what they mean was not judged");
    expect(linesOf(result.findings).map((line) => line.slice(0, 40))).toEqual([
      "warning undelimited-input prompts/a.md:1",
    ]);
    repository.remove("prompts");
    repository.commit();
    expect((await repository.run("prompt_engineering", judgePrompts)).message).toBe("there are no prompts");
  });

  test("finds prompts of agents, commands and skills, and such as make documents, but no documents", async () => {
    const text = "Do {{diff}} now.\n";
    const prompts = [".claude/agents/a.md", ".claude/commands/b/c.md", ".github/agents/d.md", "a.prompty"];
    const more = ["prompts/changelog.md", "skills/e/SKILL.md"];
    const others = ["prompts/CHANGELOG.md", "prompts/README.md", "agents/f.md", "test/prompts/g.md"];
    repository = createStepRepository(Object.fromEntries([...prompts, ...more, ...others].map((file) => [file, text])));
    const { findings } = await repository.run("prompt_engineering", judgePrompts);
    expect(findings.map(({ file }) => file).toSorted()).toEqual([...prompts, ...more].toSorted());
  });

  test("adds what a model finds, as advice; without its answer the step is open", async () => {
    repository = createStepRepository(FILES);
    const finding = {
      rule: "contradiction",
      severity: "error",
      message: "both",
      file: "prompts/a.md",
      line: 1,
    } as const;
    const reply: ModuleReply = { status: "answered", findings: [finding], answers: [], notReviewed: [] };
    const asked: unknown[] = [];
    const run = (ask: () => Promise<ModuleReply>, given = {}) =>
      repository?.run("prompt_engineering", judgePrompts, {
        with: given,
        ask: (question) => {
          asked.push(question);
          return ask();
        },
      });
    const result = await run(() => Promise.resolve(reply), { min_confidence: 0.9, max_tokens: 2 });
    expect(result?.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      "warning long-prompt",
      "warning undelimited-input",
      "warning contradiction",
    ]);
    expect(asked).toEqual([{ prompt: "prompt_engineering", changes: "due", minConfidence: 0.9 }]);
    const open = await run(() =>
      Promise.resolve({ ...reply, status: "unanswered", reason: "budget", message: "budget: used up" }),
    );
    expect(open).toMatchObject({ outcome: "inconclusive", message: "1 prompt looked at; budget: used up" });
  });
});
