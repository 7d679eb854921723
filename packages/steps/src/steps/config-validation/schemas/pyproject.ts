import { TEXT, TEXT_BY_NAME, TEXTS, type Schema } from "./schema-parts.ts";

const PEOPLE: Schema = {
  type: "array",
  items: { type: "object", properties: { name: TEXT, email: TEXT }, nearMisses: ["name", "email"] },
};
const PROJECT_KEYS: Readonly<Record<string, Schema>> = {
  name: { type: "string", pattern: "^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$" },
  version: TEXT,
  description: TEXT,
  readme: { type: ["string", "object"] },
  "requires-python": TEXT,
  license: { type: ["string", "object"] },
  "license-files": { type: ["array", "object"] },
  authors: PEOPLE,
  maintainers: PEOPLE,
  keywords: TEXTS,
  classifiers: TEXTS,
  urls: TEXT_BY_NAME,
  scripts: TEXT_BY_NAME,
  "gui-scripts": TEXT_BY_NAME,
  "entry-points": { type: "object", additionalProperties: TEXT_BY_NAME },
  dependencies: TEXTS,
  "optional-dependencies": { type: "object", additionalProperties: TEXTS },
  dynamic: TEXTS,
};

/** `pyproject.toml`, by https://packaging.python.org/en/latest/specifications/pyproject-toml/ and the one on dependency groups. */
export const PYPROJECT: Schema = {
  type: "object",
  properties: {
    "build-system": {
      type: "object",
      required: ["requires"],
      properties: { requires: TEXTS, "build-backend": TEXT, "backend-path": TEXTS },
      nearMisses: ["requires", "build-backend", "backend-path"],
    },
    project: {
      type: "object",
      required: ["name"],
      properties: PROJECT_KEYS,
      nearMisses: Object.keys(PROJECT_KEYS),
      instead: {
        "dev-dependencies": "optional-dependencies",
        homepage: "urls",
        author: "authors",
        python: "requires-python",
      },
    },
    "dependency-groups": { type: "object", additionalProperties: { type: "array" } },
    tool: { type: "object" },
  },
  nearMisses: ["build-system", "project", "tool", "dependency-groups"],
};
