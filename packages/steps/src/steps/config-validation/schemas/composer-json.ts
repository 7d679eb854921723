import { TEXT, TEXT_BY_NAME, type Schema } from "./schema-parts.ts";

/** `composer.json`, by https://getcomposer.org/doc/04-schema.md. */
export const COMPOSER_JSON: Schema = {
  type: "object",
  properties: {
    name: { type: "string", pattern: "^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$" },
    description: TEXT,
    type: TEXT,
    license: { type: ["string", "array"], items: TEXT },
    authors: { type: "array", items: { type: "object" } },
    // An empty table is written as a list by PHP, and read.
    require: { ...TEXT_BY_NAME, type: ["object", "array"], maxItems: 0 },
    "require-dev": { ...TEXT_BY_NAME, type: ["object", "array"], maxItems: 0 },
    autoload: { type: ["object", "array"], maxItems: 0 },
    "autoload-dev": { type: ["object", "array"], maxItems: 0 },
    scripts: { type: ["object", "array"], maxItems: 0 },
    "minimum-stability": { enum: ["dev", "alpha", "beta", "RC", "rc", "stable"] },
    "prefer-stable": { type: "boolean" },
    keywords: { type: "array", items: TEXT },
  },
  nearMisses: ["description", "license", "authors", "require", "require-dev", "autoload", "autoload-dev", "scripts"],
};
