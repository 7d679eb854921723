import { FLAG, TEXT, TEXTS, type Schema } from "./schema-parts.ts";

const DEPENDENCIES: Schema = {
  type: "object",
  additionalProperties: {
    type: ["string", "object"],
    properties: { version: TEXT, path: TEXT, git: TEXT, features: TEXTS, optional: FLAG, "default-features": FLAG },
    nearMisses: ["version", "features", "optional", "default-features"],
  },
};
const INHERITED: Schema = { type: ["string", "object"] };
const DEPENDENCY_KEYS = ["dependencies", "dev-dependencies", "build-dependencies"];

/** `Cargo.toml`, by https://doc.rust-lang.org/cargo/reference/manifest.html. */
export const CARGO_TOML: Schema = {
  type: "object",
  properties: {
    package: {
      type: "object",
      required: ["name"],
      properties: {
        name: TEXT,
        version: INHERITED,
        edition: INHERITED,
        description: INHERITED,
        license: INHERITED,
        keywords: { type: ["array", "object"], items: TEXT },
        categories: { type: ["array", "object"], items: TEXT },
        authors: { type: ["array", "object"], items: TEXT },
        publish: { type: ["boolean", "array", "object"] },
      },
      nearMisses: [
        "name",
        "version",
        "edition",
        "description",
        "license",
        "keywords",
        "categories",
        "authors",
        "publish",
      ],
      elsewhere: Object.fromEntries(DEPENDENCY_KEYS.map((key) => [key, "the top of the file"])),
    },
    lib: { type: "object" },
    bin: { type: "array" },
    features: { type: "object", additionalProperties: TEXTS },
    ...Object.fromEntries(DEPENDENCY_KEYS.map((key) => [key, DEPENDENCIES])),
    workspace: { type: "object", properties: { members: TEXTS, exclude: TEXTS } },
  },
  nearMisses: [...DEPENDENCY_KEYS, "package", "workspace", "features"],
};
