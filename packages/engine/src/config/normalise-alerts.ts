import type { AlertChannelConfig, AlertRuleConfig, ResolvedConfig } from "./config.ts";
import type { SemanticProblem } from "./semantic-problem.ts";
import type { AlertSettings } from "./workflow.ts";

/** Good runs until a degradation is over: with fewer, durations that scatter by a tenth end it and begin it again. */
const DEFAULT_DEGRADATION_RESOLVE_AFTER = 5;

/** Puts `alerts` into the units of the alerts package, which has the other defaults. Pure. */
export function normaliseAlerts({ alerts }: ResolvedConfig): AlertSettings | undefined {
  if (alerts === undefined) return undefined;
  return {
    rules: alerts.rules.map((rule) => normaliseAlertRule(rule)),
    channels: (alerts.channels ?? []).map((channel) => normaliseChannel(channel)),
    fail: alerts.fail ?? false,
  };
}

function normaliseAlertRule(rule: AlertRuleConfig): AlertSettings["rules"][number] {
  const { id, scope, cooldown_minutes: minutes } = rule;
  const common = {
    id,
    scope: typeof scope === "object" ? { steps: scope } : scope,
    cooldownMs: minutes === undefined ? undefined : minutes * 60_000,
    resolveAfterCount: rule.resolve_after,
  };
  if (rule.kind === "slow-run") return { ...common, kind: rule.kind, thresholdMs: rule.threshold_seconds * 1000 };
  const { window, threshold_percent: percent } = rule;
  const thresholdShare = percent === undefined ? undefined : percent / 100;
  const resolveAfterCount = rule.resolve_after ?? DEFAULT_DEGRADATION_RESOLVE_AFTER;
  return { ...common, kind: rule.kind, windowCount: window, thresholdShare, resolveAfterCount };
}

function normaliseChannel(channel: AlertChannelConfig): AlertSettings["channels"][number] {
  const { name } = channel;
  switch (channel.type) {
    case "slack":
    case "teams":
    case "discord":
      return { type: channel.type, name, urlVariable: channel.url_env };
    case "webhook":
      return { type: channel.type, name, urlVariable: channel.url_env, secretVariable: channel.secret_env };
    case "email": {
      const { host, port, tls, from, to, user_env: userVariable, password_env: passwordVariable } = channel;
      return { type: channel.type, name, host, port, tls, from, to, userVariable, passwordVariable };
    }
    case "job-summary":
      return { type: channel.type, name };
  }
}

/** What the schema cannot say of `alerts`: ids of rules are unique, and a password belongs to a user. */
export function alertProblems({ alerts }: ResolvedConfig): readonly SemanticProblem[] {
  const problems: SemanticProblem[] = [];
  const ids = new Set<string>();
  for (const [index, { id, kind }] of (alerts?.rules ?? []).entries()) {
    const own = id ?? kind;
    const message = `two rules are called "${own}"; give one another \`id\``;
    const path = ["alerts", "rules", index, id === undefined ? "kind" : "id"];
    if (ids.has(own)) problems.push({ path, atKey: false, message });
    ids.add(own);
  }
  for (const [index, channel] of (alerts?.channels ?? []).entries()) {
    if (channel.type !== "email" || (channel.user_env === undefined) === (channel.password_env === undefined)) continue;
    const [there, missing] =
      channel.user_env === undefined
        ? (["password_env", "user_env"] as const)
        : (["user_env", "password_env"] as const);
    const message = `\`${there}\` has no effect without \`${missing}\``;
    problems.push({ path: ["alerts", "channels", index, there], atKey: false, message });
  }
  return problems;
}
