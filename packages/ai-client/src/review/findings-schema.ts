import { SEVERITIES } from "./finding.ts";

const TEXT = { type: "string" } as const;
const LINE = { type: "integer" } as const;

const PROPERTIES = {
  ruleId: TEXT,
  severity: { type: "string", enum: SEVERITIES },
  confidence: { type: "number", minimum: 0, maximum: 1 },
  file: TEXT,
  startLine: LINE,
  endLine: LINE,
  title: TEXT,
  message: TEXT,
  evidence: TEXT,
  suggestion: { type: ["string", "null"] },
} as const;

/**
 * JSON Schema of the answer that {@link validateFindings} reads, in the subset that providers enforce in strict mode: no further
 * properties, all required, what may be left out is `null`.
 */
export const FINDINGS_SCHEMA: Readonly<Record<string, unknown>> = {
  type: "object",
  additionalProperties: false,
  required: ["findings"],
  properties: {
    findings: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: Object.keys(PROPERTIES),
        properties: PROPERTIES,
      },
    },
  },
};
