import type { Finding } from "@ai-workflow/ai-client";
import { expect, test } from "vitest";
import type { AiSeverity } from "../config/config.ts";
import { compareGravity, isAtLeast, toRecordFinding } from "./severity.ts";

const finding = (severity: AiSeverity, confidence = 0.8): Finding => ({
  ruleId: "off-by-one",
  severity,
  confidence,
  file: "src/sum.ts",
  startLine: 3,
  endLine: 4,
  title: "Reads past the end",
  message: "The last item is undefined.",
  evidence: "i <= items.length",
});

test("findings sort by gravity, then by how sure the model is", () => {
  const sorted = [finding("low"), finding("critical", 0.5), finding("critical", 0.9), finding("medium")].sort(
    compareGravity,
  );
  expect(sorted.map(({ severity, confidence }) => [severity, confidence])).toEqual([
    ["critical", 0.9],
    ["critical", 0.5],
    ["medium", 0.8],
    ["low", 0.8],
  ]);
});

test("a severity reaches a limit that is no graver", () => {
  expect(isAtLeast("high", "high")).toBe(true);
  expect(isAtLeast("critical", "medium")).toBe(true);
  expect(isAtLeast("medium", "high")).toBe(false);
});

test("a record keeps place, certainty and what to do", () => {
  expect(toRecordFinding({ ...finding("high"), suggestion: "Use <" })).toEqual({
    rule: "off-by-one",
    severity: "error",
    message: "Reads past the end: The last item is undefined.",
    file: "src/sum.ts",
    line: 3,
    endLine: 4,
    confidence: 0.8,
    suggestion: "Use <",
  });
  expect(
    ["critical", "medium", "low", "info"].map((one) => toRecordFinding(finding(one as AiSeverity)).severity),
  ).toEqual(["error", "warning", "info", "info"]);
});
