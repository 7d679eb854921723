import { TEXT, TEXTS, type Schema } from "./schema-parts.ts";

/** `.github/dependabot.yml`, by https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference. */
export const DEPENDABOT: Schema = {
  type: "object",
  required: ["version", "updates"],
  properties: {
    version: { enum: [2] },
    registries: { type: "object" },
    "enable-beta-ecosystems": { type: "boolean" },
    "multi-ecosystem-groups": { type: "object" },
    updates: {
      type: "array",
      items: {
        type: "object",
        required: ["package-ecosystem"],
        oneOfKeys: ["directory", "directories"],
        properties: {
          "package-ecosystem": TEXT,
          directory: TEXT,
          directories: TEXTS,
          schedule: {
            type: "object",
            required: ["interval"],
            properties: {
              interval: { enum: ["daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "cron"] },
              day: TEXT,
              time: { type: "string", pattern: String.raw`^\d{1,2}:\d\d$` },
              timezone: TEXT,
            },
          },
          allow: { type: "array", items: { type: "object" } },
          ignore: { type: "array", items: { type: "object" } },
          assignees: TEXTS,
          reviewers: TEXTS,
          labels: TEXTS,
          groups: { type: "object" },
          "commit-message": { type: "object" },
          "open-pull-requests-limit": { type: "number" },
        },
        nearMisses: ["package-ecosystem", "schedule", "directory", "ignore", "reviewers", "open-pull-requests-limit"],
        elsewhere: { interval: "`schedule`" },
        if: { required: ["multi-ecosystem-group"] },
        else: { required: ["schedule"] },
      },
    },
  },
  nearMisses: ["version", "updates", "registries"],
};
