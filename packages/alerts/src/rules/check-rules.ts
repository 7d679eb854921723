import {
  DEFAULT_COOLDOWN_MS,
  DEFAULT_THRESHOLD_SHARE,
  DEFAULT_WINDOW_COUNT,
  type AlertRule,
  type AlertScope,
  type DegradationTest,
} from "./alert-rule.ts";

interface CompleteCommon {
  readonly id: string;
  readonly cooldownMs: number;
  readonly resolveAfterCount: number;
  readonly scope: AlertScope;
}

/** A rule that was checked, with its defaults. */
export type CompleteRule = CompleteCommon &
  (
    | { readonly kind: "slow-run"; readonly thresholdMs: number }
    | {
        readonly kind: "degradation";
        readonly test: DegradationTest;
        readonly windowCount: number;
        readonly thresholdShare: number;
      }
  );

function refuse(rule: AlertRule, name: string, wanted: string, value: unknown): never {
  throw new RangeError(
    `Cannot evaluate rule ${JSON.stringify(rule.id ?? rule.kind)}: \`${name}\` must be ${wanted}, got ${String(value)}`,
  );
}

function complete(rule: AlertRule): CompleteRule {
  const { cooldownMs = DEFAULT_COOLDOWN_MS, resolveAfterCount = 1 } = rule;
  if (rule.id === "") refuse(rule, "id", "not empty", "an empty text");
  if (!(cooldownMs >= 0 && cooldownMs < Infinity)) refuse(rule, "cooldownMs", "a number of at least 0", cooldownMs);
  if (!Number.isInteger(resolveAfterCount) || resolveAfterCount < 1)
    refuse(rule, "resolveAfterCount", "a positive integer", resolveAfterCount);
  const common = { id: rule.id ?? rule.kind, cooldownMs, resolveAfterCount };
  if (rule.kind === "slow-run") {
    const { thresholdMs, scope = "run" } = rule;
    if (!(thresholdMs > 0 && thresholdMs < Infinity)) refuse(rule, "thresholdMs", "a number above 0", thresholdMs);
    return { ...common, kind: rule.kind, thresholdMs, scope };
  }
  const {
    test,
    windowCount = DEFAULT_WINDOW_COUNT,
    thresholdShare = DEFAULT_THRESHOLD_SHARE,
    scope = "run-and-steps",
  } = rule;
  if (!Number.isInteger(windowCount) || windowCount < 1) refuse(rule, "windowCount", "a positive integer", windowCount);
  if (!(thresholdShare >= 0 && thresholdShare < Infinity))
    refuse(rule, "thresholdShare", "a number of at least 0", thresholdShare);
  return { ...common, kind: rule.kind, test, windowCount, thresholdShare, scope };
}

/** @throws RangeError for a rule with an impossible number, or two rules with the same id. */
export function checkRules(rules: readonly AlertRule[]): readonly CompleteRule[] {
  const ids = new Set<string>();
  return rules.map((rule) => {
    const completed = complete(rule);
    if (ids.has(completed.id))
      throw new RangeError(
        `Cannot evaluate rules: each must have an \`id\` of its own, got ${JSON.stringify(completed.id)} twice`,
      );
    ids.add(completed.id);
    return completed;
  });
}
