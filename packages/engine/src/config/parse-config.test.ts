import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse-config.ts";

/** Problems as `line:column message`. */
function problemsOf(text: string): readonly string[] {
  const parsed = parseConfig(text, "the-file.yaml", "name");
  if (parsed.ok) return [];
  for (const { file } of parsed.problems) expect(file).toBe("the-file.yaml");
  return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function lines(...all: readonly string[]): string {
  return all.join("\n");
}

describe("every kind of problem is told with its place", () => {
  test.each<[string, string, readonly string[]]>([
    ["an unclosed bracket", "steps:\n  a: { run: x\n", ["3:1 deficient indentation"]],
    ["a tab as indentation", "steps:\n\ta: { run: x }\n", ["2:1 tab characters must not be used in indentation"]],
    ["an empty file", "", ["1:1 expected a document, but the input is empty"]],
    ["only a comment", "# later\n", ["1:1 expected a document, but the input is empty"]],
    ["null", "null\n", ["1:1 the configuration must be a mapping, got nothing"]],
    ["a number", "42\n", ["1:1 the configuration must be a mapping, got 42"]],
    ["a list for the whole", "- a\n", ["1:1 the configuration must be a mapping, got a list"]],
    ["two documents", "steps: {}\n---\nsteps: {}\n", ["1:1 expected a single document in the stream, but found more"]],
    ["no steps", "project: { name: x }\n", ["1:1 the configuration is missing `steps`"]],
    ["steps that are nothing", "steps:\n", ["1:1 `steps` must be a mapping, got nothing"]],
    ["a list for steps", "steps:\n  - a\n", ["1:1 `steps` must be a mapping, got a list"]],
    ["a list for a step", "steps:\n  a: [1]\n", ["2:3 `steps.a` must be a mapping, got a list"]],
    ["a step that is nothing", "steps:\n  a:\n", ["2:3 `steps.a` must be a mapping, got nothing"]],
    ["a list for project", "project: []\nsteps: {}\n", ["1:1 `project` must be a mapping, got a list"]],
    ["a list for base", "steps: {}\nbase: [main]\n", ["2:1 `base` must be a mapping, got a list"]],
    ["a list for a stage", "stages: [[]]\nsteps: {}\n", ["1:10 `stages.0` must be a mapping, got a list"]],
    [
      "lists for optimisations",
      "optimizations: { performance: [], skip_rules: [[]] }\nsteps: {}\n",
      [
        "1:18 `optimizations.performance` must be a mapping, got a list",
        "1:48 `optimizations.skip_rules.0` must be a mapping, got a list",
      ],
    ],
    [
      "a list for with",
      "steps: { a: { module: x, with: [1] } }\n",
      ["1:26 `steps.a.with` must be a mapping, got a list"],
    ],
    [
      "a list for when",
      "steps: { a: { run: x, when: [docs] } }\n",
      ["1:23 `steps.a.when` must be a mapping, got a list"],
    ],
    [
      "an unknown key with a near one",
      "steps:\n  a:\n    run: x\n    tiemout: 3s\n",
      ['4:5 unknown key "tiemout"; did you mean "timeout"?'],
    ],
    ["an unknown key far from all", "steps: {}\nxyzzy: 1\n", ['2:1 unknown key "xyzzy"']],
    [
      "an unknown key deep inside",
      "optimizations:\n  performance:\n    max_paralel_jobs: 2\nsteps: {}\n",
      ['3:5 unknown key "max_paralel_jobs"; did you mean "max_parallel_jobs"?'],
    ],
    ["`with` without a module", "steps: { a: { run: x, with: { b: 1 } } }\n", ['1:23 unknown key "with"']],
    [
      "a number for text",
      "steps:\n  a:\n    run: 5\n",
      ['3:10 `steps.a.run` must be text, got 5; in quotes it is text: "5"'],
    ],
    ["text for a list", "steps:\n  a: { run: x, needs: b }\n", ['2:23 `steps.a.needs` must be a list, got "b"']],
    [
      "text for a truth",
      "steps:\n  a: { run: x, cache: maybe }\n",
      ['2:23 `steps.a.cache` must be `true` or `false`, got "maybe"'],
    ],
    ["an empty command", 'steps: { a: { run: "" } }\n', ["1:20 `steps.a.run` must not be empty"]],
    [
      "neither run nor module nor ai",
      "steps:\n  a:\n    needs: []\n",
      [
        "2:3 `steps.a` needs `run` (a command), `script` (of a package.json), `module` (a JavaScript file) or `ai` (a question to a model)",
      ],
    ],
    [
      "both run and module",
      "steps:\n  a:\n    run: x\n    module: y\n",
      ["3:5 `steps.a` has both `run` and `module`; a step has one"],
    ],
    [
      "both module and ai",
      "steps:\n  a:\n    module: y\n    ai: { prompt: p }\n",
      ["4:5 `steps.a` has both `ai` and `module`; a step has one"],
    ],
    [
      "a question without a prompt",
      "steps:\n  a:\n    ai: { file: all }\n",
      ["3:5 `steps.a.ai` is missing `prompt`", '3:11 unknown key "file"; did you mean "files"?'],
    ],
    [
      "a confidence above 1",
      "steps: { a: { ai: { prompt: p, min_confidence: 90 } } }\n",
      ["1:48 `steps.a.ai.min_confidence` must not be above 1"],
    ],
    [
      "a key where the name of its variable belongs",
      "ai: { provider: anthropic, api_key_env: sk-ant-1 }\nsteps: {}\n",
      ["1:41 `ai.api_key_env` must be the name of an environment variable"],
    ],
    [
      "an endpoint that is no URL",
      "ai: { base_url: localhost }\nsteps: {}\n",
      ["1:17 `ai.base_url` must be an http or https URL"],
    ],
    [
      "a program to ask that is not named",
      "ai: { provider: exec }\nsteps: {}\n",
      ["1:17 `exec` needs `ai.command`, the program to ask"],
    ],
    [
      "a program that nobody asks",
      "ai: { provider: google, command: [x] }\nsteps: {}\n",
      ["1:34 `ai.command` has no effect without `provider: exec`"],
    ],
    [
      "a limit in dollars without prices",
      "ai: { budget: { max_cost_usd: 1 } }\nsteps: {}\n",
      ["1:15 `max_cost_usd` needs `ai.prices`, the file that says what models cost"],
    ],
    ["prompts above the target", "ai: { prompts: ../p }\nsteps: {}\n", ['1:16 "../p" is outside the target directory']],
    [
      "`__proto__` as a parameter",
      "ai: { parameters: { __proto__: 1 } }\nsteps: {}\n",
      ['1:21 "__proto__" cannot be used as a name'],
    ],
    ["a list of limits", "ai: { budget: [] }\nsteps: {}\n", ["1:7 `ai.budget` must be a mapping, got a list"]],
    ["a step twice", "steps:\n  a: { run: x }\n  a: { run: y }\n", ['3:3 the key "a" is there twice']],
    [
      "an unknown need",
      "steps:\n  lint: { run: x }\n  b: { run: y, needs: [lnit] }\n",
      ['3:24 unknown step "lnit"; did you mean "lint"?'],
    ],
    [
      "a circle of more steps than anybody reads",
      `steps:\n${Array.from({ length: 5_000 }, (_, index) => `  s${index}: { run: x, needs: [s${(index + 1) % 5_000}] }\n`).join("")}`,
      [
        `2:17 steps need each other in a circle: ${Array.from({ length: 19 }, (_, index) => `s${index}`).join(" -> ")} -> (4981 more) -> s0`,
      ],
    ],
    ["a need of itself", "steps:\n  a: { run: x, needs: [a] }\n", ["2:16 steps need each other in a circle: a -> a"]],
    [
      "a circle, as a path",
      "steps:\n  a: { run: x, needs: [b] }\n  b: { run: y, needs: [c] }\n  c: { run: z, needs: [a] }\n",
      ["2:16 steps need each other in a circle: a -> b -> c -> a"],
    ],
    [
      "a stage where there are none",
      "steps:\n  a: { run: x, stage: core }\n",
      ['2:23 unknown stage "core"; no `stages` are defined'],
    ],
    [
      "an unknown stage",
      "stages: [{ id: core }]\nsteps:\n  a: { run: x, stage: cor }\n",
      ['3:23 unknown stage "cor"; did you mean "core"?'],
    ],
    ["a stage twice", "stages:\n  - id: a\n  - id: a\nsteps: {}\n", ['3:9 stage "a" is defined twice']],
    [
      "an unknown trigger",
      "stages: [{ id: a, trigger: never }]\nsteps: {}\n",
      ['1:28 `trigger` must be on_success, manual, auto or an expression: There is no fact "never" at character 1'],
    ],
    [
      "an unknown step in skip_on_doc_only",
      "skip_on_doc_only: [tset]\nsteps: { test: { run: x } }\n",
      ['1:20 unknown step "tset"; did you mean "test"?'],
    ],
    [
      "a bad regular expression, and an unknown step beside it",
      "optimizations:\n  skip_rules:\n    - pattern: '['\n      steps: [b]\nsteps:\n  a: { run: x }\n",
      [
        "3:16 Invalid regular expression: /[/u: Unterminated character class",
        '4:15 unknown step "b"; did you mean "a"?',
      ],
    ],
    [
      "a directory above",
      "steps:\n  a:\n    run: x\n    directory: ../b\n",
      ['4:16 "../b" is outside the target directory'],
    ],
    [
      "an absolute directory",
      "steps: { a: { run: x, directory: /tmp } }\n",
      ['1:34 "/tmp" is outside the target directory'],
    ],
    [
      "a way out in the middle",
      "steps: { a: { run: x, directory: b/../../c } }\n",
      ['1:34 "b/../../c" is outside the target directory'],
    ],
    [
      "a bad name",
      "steps:\n  'a b': { run: x }\n",
      ['2:3 the name "a b" must start with a letter or digit and hold only letters, digits, `_ . : -`'],
    ],
    [
      "a name that is a path",
      "steps:\n  ../a: { run: x }\n",
      ['2:3 the name "../a" must start with a letter or digit and hold only letters, digits, `_ . : -`'],
    ],
    ["a complex key", "? [a]\n: 1\nsteps: {}\n", ["1:1 object-based map does not support complex keys"]],
    [
      "an unknown tag",
      "steps: { a: { run: !!js/function x } }\n",
      ["1:20 unknown scalar tag !<tag:yaml.org,2002:js/function>"],
    ],
    ["an unknown alias", "steps: { a: *nobody }\n", ['1:14 unidentified alias "nobody"']],
    [
      "a timeout that is none",
      'steps: { a: { run: x, timeout: "soon" } }\n',
      ["1:32 `steps.a.timeout` must be a duration above 0 such as `90s`, `10m` or `1h`"],
    ],
    [
      "a timeout of nothing",
      "steps: { a: { run: x, timeout: 0.0s } }\n",
      ["1:32 `steps.a.timeout` must be a duration above 0 such as `90s`, `10m` or `1h`"],
    ],
    ["negative retries", "steps: { a: { run: x, retries: -1 } }\n", ["1:32 `steps.a.retries` must not be negative"]],
    [
      "retries with an unknown key",
      "steps: { a: { run: x, retries: { attempts: 1, on_exit_code: [1] } } }\n",
      ['1:47 unknown key "on_exit_code"; did you mean "on_exit_codes"?'],
    ],
    [
      "retries without a number of them",
      "steps: { a: { run: x, retries: { delay: 1s } } }\n",
      ["1:23 `steps.a.retries` is missing `attempts`"],
    ],
    [
      "retries after success",
      "steps: { a: { run: x, retries: { attempts: 1, on_exit_codes: [0] } } }\n",
      ["1:63 `steps.a.retries.on_exit_codes.0` must be at least 1"],
    ],
    [
      "retries as a list",
      "steps: { a: { run: x, retries: [1] } }\n",
      ["1:23 `steps.a.retries` must be a mapping, got a list"],
    ],
    [
      "exit codes of a module",
      "steps: { a: { module: x, retries: { attempts: 1, on_exit_codes: [1] } } }\n",
      ["1:50 `on_exit_codes` has no effect: only a command or a script has exit codes"],
    ],
    ["half a retry", "steps: { a: { run: x, retries: 0.5 } }\n", ["1:32 `steps.a.retries` must be a whole number"]],
    [
      "retries that are no number",
      "steps: { a: { run: x, retries: .nan } }\n",
      ["1:32 `steps.a.retries` must be a number, got NaN"],
    ],
    [
      "no end of retries",
      "steps: { a: { run: x, retries: .inf } }\n",
      ["1:32 `steps.a.retries` must be a whole number"],
    ],
    [
      "an endless demand",
      "steps: { a: { run: x, demand: { cpu: .inf } } }\n",
      ["1:38 `steps.a.demand.cpu` must be finite"],
    ],
    [
      "a demand of nothing",
      "steps: { a: { run: x, demand: { cpu: 0 } } }\n",
      ["1:38 `steps.a.demand.cpu` must be above 0"],
    ],
    [
      "no parallel jobs",
      "optimizations: { performance: { max_parallel_jobs: 0 } }\nsteps: {}\n",
      ["1:52 `optimizations.performance.max_parallel_jobs` must be at least 1"],
    ],
    ["`__proto__` as a step", "steps:\n  __proto__: { run: x }\n", ['2:3 "__proto__" cannot be used as a name']],
    ["`constructor` as a step", "steps:\n  constructor: { run: x }\n", ['2:3 "constructor" cannot be used as a name']],
    ["`prototype` as a step", "steps:\n  prototype: { run: x }\n", ['2:3 "prototype" cannot be used as a name']],
    [
      "`constructor` as a resource",
      "steps: { a: { run: x, demand: { constructor: 1 } } }\n",
      ['1:33 "constructor" cannot be used as a name'],
    ],
    [
      "`__proto__` in with",
      "steps: { a: { module: x, with: { __proto__: 1 } } }\n",
      ['1:34 "__proto__" cannot be used as a name'],
    ],
    ["`__proto__` as a key", "__proto__: { a: 1 }\nsteps: {}\n", ['1:1 unknown key "__proto__"']],
    [
      "`constructor` as a key of a step",
      "steps: { a: { run: x, constructor: 1 } }\n",
      ['1:23 unknown key "constructor"'],
    ],
    ["a byte order mark before a wrong key", "\uFEFFstps: {}\n", ['1:1 unknown key "stps"; did you mean "steps"?']],
    [
      "lines that end with CRLF",
      "steps:\r\n  a:\r\n    run: x\r\n    rtries: 1\r\n",
      ['4:5 unknown key "rtries"; did you mean "retries"?'],
    ],
    ["endless nesting", `a: ${"[".repeat(100_000)}`, ["1:103 nesting exceeded maxDepth (100)"]],
    [
      "`with` that holds itself",
      "steps: { a: &a { module: x, with: { me: *a } } }\n",
      ["1:29 `steps.a.with` holds itself or, with its aliases written out, more than 100000 values"],
    ],
  ])("%s", (_, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });
});

test("a step of an earlier stage that needs one of a later stage is refused, also through steps without a stage", () => {
  const stages = "stages: [{ id: one }, { id: two }]";
  expect(
    problemsOf(
      lines(
        stages,
        "steps:",
        "  a: { run: x, stage: one, needs: [c, c, b] }",
        "  b: { run: x, stage: two }",
        "  c: { run: x }",
      ),
    ),
  ).toEqual(['3:42 stage "one" comes before stage "two" of the needed step "b"']);
  expect(
    problemsOf(
      lines(
        stages,
        "steps:",
        "  a: { run: x, stage: one, needs: [c] }",
        "  b: { run: x, stage: two }",
        "  c: { run: x, needs: [b] }",
      ),
    ),
  ).toEqual(['3:36 stage "one" comes before stage "two" of the needed step "b", through "c"']);
  expect(
    problemsOf(
      lines(
        stages,
        "steps:",
        "  a: { run: x, stage: one }",
        "  b: { run: x, stage: two, needs: [a, c] }",
        "  c: { run: x }",
      ),
    ),
  ).toEqual([]);
});

test("an alias bomb is refused without being written out", () => {
  const letters = [..."bcdefghi"];
  const level = (name: string, inner: string): string =>
    `      ${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(", ")}]`;
  const text = lines(
    "steps:",
    "  a:",
    "    module: x.mjs",
    "    with:",
    level("a", "x"),
    ...letters.map((letter, index) => level(letter, `*${"abcdefghi".charAt(index)}`)),
  );
  expect(problemsOf(text)).toEqual([expect.stringMatching(/^4:5 `steps\.a\.with` holds itself or/)]);
  const many = `steps: {}\nproject: &p { name: x }\nbase: [${Array.from({ length: 201 }, () => "*p").join(",")}]\n`;
  expect(problemsOf(many)).toEqual([expect.stringMatching(/^3:\d+ .*alias/i)]);
});

test("all problems are told at once", () => {
  expect(problemsOf("steps:\n  a: { rn: x }\n  b: { run: 1 }\nextra: 1\n")).toHaveLength(4);
});

test.each([
  ["a byte order mark", "\uFEFFsteps: { a: { run: x } }"],
  ["CRLF", "steps:\r\n  a:\r\n    run: x\r\n"],
  ["aliases", "steps: { a: &a { run: x }, b: *a }"],
  ["a step with a number for a name", "steps: { 1: { run: x } }"],
  ["names of inherited properties", "steps: { toString: { run: x }, hasOwnProperty: { run: y, needs: [toString] } }"],
  ["huge numbers", "steps: { a: { run: x, retries: 1e300, timeout: 99999999999999999999h } }"],
])("%s is fine", (_, text) => {
  expect(problemsOf(text)).toEqual([]);
});

test("no step of a readable file is lost", () => {
  const name = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,8}$/),
    fc.constantFrom("constructor", "prototype", "__proto__", "toString", "length", "0", "1e3", "null", "true"),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (names) => {
      const parsed = parseConfig(`steps:\n${names.map((id) => `  "${id}": { run: x }\n`).join("")}`, "f", "n");
      if (parsed.ok) expect([...parsed.workflow.steps.keys()].sort()).toEqual([...names].sort());
      else expect(names.some((id) => ["constructor", "prototype", "__proto__"].includes(id))).toBe(true);
    }),
  );
});

const valid = lines(
  "project: { name: my-service }",
  "base: { ref: origin/main, assume_green: false }",
  "optimizations:",
  "  performance: { max_parallel_jobs: 4, max_memory_mb: 2048 }",
  "  skip_rules:",
  "    - { pattern: '^docs/', steps: [lint] }",
  "skip_on_doc_only: [test]",
  "stages:",
  "  - id: core",
  "    minimum_severity: error",
  "steps:",
  "  lint: &l { run: eslint ., stage: core, inputs: ['*.md', \"!x\"] }",
  "  test:",
  "    module: test.mjs",
  "    with: { deep: [1, { a: *l }] }",
  "    needs: [lint]",
  "    timeout: 10m",
  "",
);

test("the file that is broken at random below is whole", () => {
  expect(problemsOf(valid)).toEqual([]);
});

describe("no text makes it throw, and every problem has a place inside the text", () => {
  const holds = (text: string): void => {
    const parsed = parseConfig(text, "f", "n");
    if (parsed.ok) return;
    expect(parsed.problems.length).toBeGreaterThan(0);
    const rows = text.split(/\r\n|[\n\r]/);
    for (const { line = 0, column = 0, message } of parsed.problems) {
      expect(message).not.toBe("");
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(rows.length + 1);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  };

  test("any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), holds), { numRuns: 300 });
  });

  test("characters that mean something in YAML", () => {
    const unit = fc.constantFrom(..."ab:-?[]{},&*!|>'\"%@#\n\r\t ~<=.0\\", "steps", "run", "\uFEFF", "\0", "\u2028");
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), holds), { numRuns: 500 });
  });

  test("a valid file with a part cut out, doubled or overwritten", () => {
    const edit = fc.record({
      from: fc.nat(valid.length),
      length: fc.nat(30),
      insert: fc.string({ maxLength: 4 }),
      twice: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = valid;
        for (const { from, length, insert, twice } of edits) {
          const part = text.slice(from, from + length);
          text = text.slice(0, from) + insert + (twice ? part + part : "") + text.slice(from + length);
        }
        holds(text);
      }),
      { numRuns: 500 },
    );
  });

  test("any values in the places of right ones", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, value, value, (first, second, third) => {
        holds(
          JSON.stringify({
            project: first,
            stages: second,
            steps: { a: third, b: { run: first, needs: second, when: third } },
          }),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe("alerts", () => {
  const channel = (text: string): readonly string[] =>
    problemsOf(`alerts:\n  rules: [{ kind: degradation }]\n  channels:\n    - ${text}\nsteps: {}\n`);
  const rule = (text: string): readonly string[] =>
    problemsOf(`alerts:\n  rules:\n    - ${text}\nsteps: { lint: { run: x } }\n`);
  const NAMED =
    "must be the name of an environment variable, in capitals; addresses and secrets come from the environment alone";

  test.each([
    ["{ type: slack, url_env: 'https://hooks.example/T0/B0/token' }", `4:31 \`alerts.channels.0.url_env\` ${NAMED}`],
    ["{ type: webhook, url_env: A, secret_env: whsec_c2VjcmV0 }", `4:48 \`alerts.channels.0.secret_env\` ${NAMED}`],
    [
      "{ type: email, host: h, from: a@b, to: [c@d], user_env: U, password_env: hunter2 }",
      `4:80 \`alerts.channels.0.password_env\` ${NAMED}`,
    ],
    [
      "{ type: slack, url: 'https://hooks.example/T0/B0/token' }",
      '4:22 unknown key "url"; secrets do not belong in this file: name the environment variable that holds it with "url_env"',
    ],
  ])("no address or secret stands in the file or in what is said of it: %s", (text, problem) => {
    const problems = channel(text);
    expect(problems).toContain(problem);
    expect(problems.join("\n")).not.toMatch(/hooks\.example|whsec_c|hunter2/);
  });

  test.each([
    ["{ type: slak, url_env: A }", /4:15 `alerts.channels.0.type` must be one of "slack", .*, got "slak"/],
    ["{ url_env: A }", /4:7 `alerts.channels.0` is missing `type`$/m],
    ["{ type: slack, url_env: A, nmae: x }", /unknown key "nmae"; did you mean "name"\?/],
    ["{ type: email, host: 'smtp://x', from: a@b, to: [c@d] }", /must be a host name/],
    ["{ type: email, host: x, from: a@b, to: ['c@d, e@f'] }", /`alerts.channels.0.to.0` must be one mail address/],
    ["{ type: email, host: x, from: a@b, to: [c@d], user_env: U }", /`user_env` has no effect without `password_env`/],
    ["[slack]", /`alerts.channels.0` must be a mapping, got a list/],
  ])("a channel %s", (text, problem) => {
    expect(channel(text).join("\n")).toMatch(problem);
  });

  test.each([
    ["{ when: failure }", /3:7 `alerts.rules.0` is missing `kind`$/m],
    ["{ kind: slow-run }", /3:7 `alerts.rules.0` is missing `threshold_seconds`/],
    ["{ kind: slow-run, threshold_secs: 1 }", /unknown key "threshold_secs"; did you mean "threshold_seconds"\?/],
    ["{ kind: slow-run, threshold_seconds: 0 }", /`alerts.rules.0.threshold_seconds` must be above 0/],
    ["{ kind: degradation, scope: [lnt] }", /3:36 unknown step "lnt"; did you mean "lint"\?/],
    [
      "{ kind: degradation, scope: everything }",
      /scope` must be one of "run", "steps", "run-and-steps", got "everything"/,
    ],
    [
      "{ kind: degradation }\n    - { kind: degradation }",
      /4:15 two rules are called "degradation"; give one another `id`/,
    ],
  ])("a rule %s", (text, problem) => {
    expect(rule(text).join("\n")).toMatch(problem);
  });
});

test("problems of different kinds are listed from top to bottom", () => {
  const text = lines(
    "alerts: { rules: [{ kind: slow-run, threshold_seconds: 1, scope: [gone] }] }",
    "steps:",
    "  a: { run: x, needs: [missing] }",
    "  b: { module: ../outside.mjs, stage: nowhere }",
    "  c: { run: x, uses: [absent] }",
  );
  expect(problemsOf(text).map((problem) => problem.replace(/:\d+ /, " ").slice(0, 24))).toEqual([
    '1 unknown step "gone"',
    '3 unknown step "missing"',
    '4 "../outside.mjs" is ou',
    '4 unknown stage "nowhere',
    '5 unknown step "absent"',
  ]);
});
