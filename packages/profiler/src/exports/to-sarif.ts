import type { Finding, RunRecord } from "../run-record.ts";
import { listFindings, type StepFinding } from "./list-findings.ts";
import { wellFormed } from "./well-formed.ts";

/** A SARIF log with one run; what of the format is used here. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: "2.1.0";
  readonly runs: readonly [SarifRun];
}

/** The run of a {@link SarifLog}. */
export interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly name: string;
      readonly semanticVersion: string;
      readonly informationUri: string;
      readonly rules: readonly { readonly id: string; readonly name: string }[];
    };
  };
  readonly automationDetails: { readonly id: string };
  readonly invocations: readonly [SarifInvocation];
  readonly originalUriBaseIds: Readonly<Record<string, { readonly description: { readonly text: string } }>>;
  readonly results: readonly SarifResult[];
  readonly columnKind: "utf16CodeUnits";
}

/** How the run went. */
export interface SarifInvocation {
  readonly executionSuccessful: boolean;
  readonly startTimeUtc: string;
  readonly endTimeUtc: string;
  readonly toolExecutionNotifications: readonly {
    readonly level: "error" | "warning";
    readonly message: { readonly text: string };
    readonly descriptor?: { readonly id: string };
  }[];
}

/** A finding. */
export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: "error" | "warning" | "note";
  readonly message: { readonly text: string };
  readonly locations?: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
        readonly region?: { readonly startLine: number; readonly startColumn?: number; readonly endLine?: number };
      };
    },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  /** 0 to 100: how sure a model says it is. */
  readonly rank?: number;
}

/** GitHub reads no more results than this: https://docs.github.com/en/code-security/code-scanning (SARIF support). */
const MAX_RESULTS = 25_000;
const ROOT = "SRCROOT";
const LEVELS: Readonly<Record<Finding["severity"], SarifResult["level"]>> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/**
 * Gives the findings of a run as SARIF 2.1.0. Rules are called `step/rule`, files are relative to `SRCROOT`, and fingerprints stay the same
 * while a finding only moves, so that a service knows it again. Steps that did not pass without a finding are notifications of the
 * invocation, which is no success where a step was not carried to its end.
 *
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
 */
export function toSarif(record: RunRecord): SarifLog {
  const findings = listFindings(record);
  const kept = findings.slice(0, MAX_RESULTS);
  const rules = [...new Set(kept.map((finding) => ruleOf(finding)))].toSorted();
  const places = new Map(rules.map((id, index) => [id, index]));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ai-workflow",
            semanticVersion: wellFormed(record.toolVersion),
            informationUri: "https://github.com/ai-workflow/ai-workflow",
            rules: rules.map((id) => ({ id, name: id })),
          },
        },
        automationDetails: { id: wellFormed(`${record.workflowId}/${record.runId}`) },
        invocations: [invocation(record, findings.length - kept.length)],
        originalUriBaseIds: { [ROOT]: { description: { text: "the folder that holds the configuration" } } },
        results: kept.map((finding) => result(finding, places.get(ruleOf(finding)) ?? 0)),
        columnKind: "utf16CodeUnits",
      },
    ],
  };
}

function ruleOf({ step, rule }: StepFinding): string {
  return wellFormed(`${step}/${rule}`);
}

function invocation(record: RunRecord, left: number): SarifInvocation {
  const unfinished = new Set(["timed-out", "cancelled", "inconclusive"]);
  const notifications = record.steps
    .filter(({ outcome, findings }) => unfinished.has(outcome) || (outcome === "failed" && findings.length === 0))
    .map(({ id, outcome, message }) => ({
      level: "error" as const,
      message: { text: wellFormed(`${id} ${outcome}${message === undefined ? "" : `: ${message}`}`) },
      descriptor: { id: wellFormed(id) },
    }));
  const omitted =
    left === 0
      ? []
      : [{ level: "warning" as const, message: { text: `${left} further findings were left out, the lightest` } }];
  return {
    executionSuccessful: record.status !== "cancelled" && !record.steps.some(({ outcome }) => unfinished.has(outcome)),
    startTimeUtc: record.startedAt,
    endTimeUtc: record.finishedAt,
    toolExecutionNotifications: [...notifications, ...omitted],
  };
}

function result(finding: StepFinding, ruleIndex: number): SarifResult {
  const { severity, message, suggestion, file, line, column, endLine, fingerprint, confidence } = finding;
  const text = suggestion === undefined ? message : `${message}\n${suggestion}`;
  return {
    ruleId: ruleOf(finding),
    ruleIndex,
    level: LEVELS[severity],
    message: { text: wellFormed(text) },
    ...(file === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(file), uriBaseId: ROOT },
                ...(line === undefined
                  ? {}
                  : {
                      region: {
                        startLine: line,
                        ...(column === undefined ? {} : { startColumn: column }),
                        ...(endLine === undefined || endLine < line ? {} : { endLine }),
                      },
                    }),
              },
            },
          ],
        }),
    partialFingerprints: { "aiWorkflowFinding/v1": fingerprint },
    ...(confidence === undefined ? {} : { rank: 100 * confidence }),
  };
}

/** A relative URI: each part of the path is encoded, so that none can be taken for a scheme, a host or a query. */
function uriOf(file: string): string {
  return wellFormed(file)
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
}
