import { TEXT, TEXT_OR_TEXTS, type Schema } from "./schema-parts.ts";

/** An expression may stand for anything but a map. */
const EXPRESSION = String.raw`\$\{\{`;
const orExpression = (kind: string): Schema => ({
  type: [kind, "string"],
  if: { not: { type: "string" } },
  else: { pattern: EXPRESSION },
});
const NUMBER = orExpression("number");
const FLAG_VALUE = orExpression("boolean");
const SCALAR: Schema = { type: ["string", "number", "boolean", "null"] };
const ENV: Schema = { type: ["object", "string"], additionalProperties: SCALAR };
const CONDITION: Schema = { type: ["string", "boolean", "number"] };
const PERMISSIONS: Schema = {
  type: ["object", "string", "null"],
  additionalProperties: { enum: ["read", "write", "none", null] },
  if: { not: { type: "string" } },
  else: { enum: ["read-all", "write-all"] },
};
const CONCURRENCY: Schema = {
  type: ["string", "object"],
  properties: { group: SCALAR, "cancel-in-progress": FLAG_VALUE },
};
const DEFAULTS: Schema = {
  type: "object",
  properties: { run: { type: "object", properties: { shell: TEXT, "working-directory": TEXT } } },
};
const STEP: Schema = {
  type: "object",
  properties: {
    id: TEXT,
    if: CONDITION,
    name: SCALAR,
    uses: TEXT,
    run: SCALAR,
    shell: TEXT,
    with: { type: ["object", "string"], additionalProperties: SCALAR },
    env: ENV,
    "continue-on-error": FLAG_VALUE,
    "timeout-minutes": NUMBER,
    "working-directory": TEXT,
  },
  closed: true,
  oneOfKeys: ["uses", "run"],
};
const CONTAINER: Schema = { type: ["string", "object"] };

/** The other ways to say how a job runs: its own steps, or another workflow. */
const JOB: Schema = {
  type: "object",
  properties: {
    name: SCALAR,
    permissions: PERMISSIONS,
    needs: TEXT_OR_TEXTS,
    if: CONDITION,
    "runs-on": {
      type: ["string", "array", "object"],
      items: TEXT,
      properties: { group: TEXT, labels: TEXT_OR_TEXTS },
    },
    snapshot: { type: ["string", "object"] },
    environment: { type: ["string", "object"] },
    concurrency: CONCURRENCY,
    outputs: { type: "object", additionalProperties: SCALAR },
    env: ENV,
    defaults: DEFAULTS,
    steps: { type: "array", items: STEP, minItems: 1 },
    "timeout-minutes": NUMBER,
    strategy: {
      type: ["object", "string"],
      properties: {
        matrix: { type: ["object", "string"] },
        "fail-fast": FLAG_VALUE,
        "max-parallel": NUMBER,
      },
      closed: true,
    },
    "continue-on-error": FLAG_VALUE,
    container: CONTAINER,
    services: { type: ["object", "string"] },
    uses: TEXT,
    with: { type: "object" },
    secrets: { type: ["object", "string"] },
  },
  closed: true,
  elsewhere: { on: "the top of the file", run: "one of its `steps`", shell: "one of its `steps`" },
  if: { required: ["uses"] },
  else: { required: ["runs-on", "steps"] },
};

/** A workflow of GitHub Actions, by https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax. */
export const GITHUB_WORKFLOW: Schema = {
  type: "object",
  required: ["on", "jobs"],
  properties: {
    name: SCALAR,
    "run-name": SCALAR,
    on: {
      type: ["string", "array", "object"],
      items: TEXT,
      additionalProperties: { type: ["object", "array", "null", "string"] },
      properties: {
        schedule: {
          type: "array",
          items: {
            type: "object",
            required: ["cron"],
            properties: { cron: { type: "string", pattern: cronPattern() } },
          },
        },
        push: branches(),
        pull_request: branches(),
        pull_request_target: branches(),
      },
      elsewhere: { branches: "one of the events below `on`", paths: "one of the events below `on`" },
    },
    permissions: PERMISSIONS,
    env: ENV,
    defaults: DEFAULTS,
    concurrency: CONCURRENCY,
    jobs: {
      type: "object",
      minProperties: 1,
      additionalProperties: JOB,
      propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_-]*$" },
    },
  },
  closed: true,
  elsewhere: { "runs-on": "one of the `jobs`", steps: "one of the `jobs`", branches: "an event below `on`" },
};

function branches(): Schema {
  return {
    type: ["object", "null"],
    properties: {
      branches: TEXT_OR_TEXTS,
      "branches-ignore": TEXT_OR_TEXTS,
      tags: TEXT_OR_TEXTS,
      "tags-ignore": TEXT_OR_TEXTS,
      paths: TEXT_OR_TEXTS,
      "paths-ignore": TEXT_OR_TEXTS,
      types: TEXT_OR_TEXTS,
    },
    closed: true,
  };
}

/** Five fields, or one of the names that stand for them. */
function cronPattern(): string {
  return String.raw`^\s*(?:@[a-z]+|\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s*$`;
}

const ACTION_STEP: Schema = {
  ...STEP,
  // A step of an action says its shell.
  if: { not: { required: ["run"] } },
  else: { required: ["shell"] },
};

/** An action, by https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax. */
export const GITHUB_ACTION: Schema = {
  type: "object",
  required: ["name", "runs"],
  properties: {
    name: TEXT,
    author: TEXT,
    description: TEXT,
    inputs: {
      type: ["object", "null"],
      additionalProperties: {
        type: ["object", "null"],
        properties: { description: SCALAR, required: { type: ["boolean", "string"] }, default: SCALAR },
        nearMisses: ["description", "required", "default"],
      },
    },
    outputs: { type: ["object", "null"] },
    branding: { type: "object", properties: { icon: TEXT, color: TEXT } },
    runs: {
      type: "object",
      required: ["using"],
      properties: {
        using: { type: "string", pattern: String.raw`^(?:composite|docker|node\d+)$` },
        main: TEXT,
        pre: TEXT,
        post: TEXT,
        image: TEXT,
        entrypoint: TEXT,
        steps: { type: "array", items: ACTION_STEP },
        args: { type: "array" },
        env: ENV,
      },
      nearMisses: ["using", "main", "steps", "image", "entrypoint"],
    },
  },
  elsewhere: { using: "`runs`", steps: "`runs`", main: "`runs`" },
};
