/** Who hears of a run, and when. */
import * as v from "valibot";
import type {
  AlertChannelConfig,
  AlertRuleConfig,
  AlertScopeConfig,
  AlertsConfig,
  ChatChannelConfig,
  DegradationRuleConfig,
  EmailChannelConfig,
  JobSummaryChannelConfig,
  SlowRunRuleConfig,
  WebhookChannelConfig,
} from "../config.ts";
import type { Agrees } from "./agrees.ts";
import { identifier, positive, positiveInteger } from "./values.ts";

/** In capitals, so that an address, a password or a secret that was put here by mistake is refused. */
const variable = v.pipe(
  v.string(),
  v.regex(
    /^[A-Z_][A-Z0-9_]*$/,
    "must be the name of an environment variable, in capitals; addresses and secrets come from the environment alone",
  ),
);

const namedScope = v.picklist(["run", "steps", "run-and-steps"]);

const listedScope = v.pipe(v.array(identifier), v.minLength(1, "must not be empty"));

/** Judges a scope by what it is evidently meant to be. */
const scopeByKind: v.GenericSchema<unknown, AlertScopeConfig> = v.lazy((input) =>
  Array.isArray(input) ? listedScope : namedScope,
);

// eslint-disable-next-line typescript/explicit-function-return-type -- the compiler infers what is compared below
const alertRules = (scope: v.GenericSchema<unknown, AlertScopeConfig>) => {
  const commonRule = {
    id: v.optional(
      v.pipe(identifier, v.description("Tells rules of one kind apart, in messages too; default: its kind.")),
    ),
    scope: v.optional(
      v.pipe(
        scope,
        v.description(
          "`run`, `steps`, `run-and-steps` or a list of steps; default: `run` of `slow-run`, `run-and-steps` of `degradation`.",
        ),
      ),
    ),
    cooldown_minutes: v.optional(
      v.pipe(
        v.number(),
        v.finite("must be finite"),
        v.minValue(0, "must not be negative"),
        v.description("Shortest time between two notices that the same thing is wrong; default 360."),
      ),
    ),
    resolve_after: v.optional(
      v.pipe(
        positiveInteger,
        v.description("Good runs in a row until it counts as over; default 1 of `slow-run`, 5 of `degradation`."),
      ),
    ),
  };
  return {
    "slow-run": v.strictObject({
      kind: v.literal("slow-run"),
      threshold_seconds: v.pipe(positive, v.description("What takes longer is slow.")),
      ...commonRule,
    }),
    degradation: v.strictObject({
      kind: v.literal("degradation"),
      window: v.optional(
        v.pipe(
          v.number(),
          v.integer("must be a whole number"),
          v.minValue(3, "must be at least 3"),
          v.maxValue(10, "must not be above 10"),
          v.description("Latest runs that are compared with the 30 before; default 5."),
        ),
      ),
      threshold_percent: v.optional(
        v.pipe(
          positive,
          v.description("Growth that is tolerated; default 20, and at least what can be told from noise (12, or 36)."),
        ),
      ),
      ...commonRule,
    }),
  };
};

const channelName = v.optional(
  v.pipe(identifier, v.description("Tells channels apart in messages; default: its type.")),
);

const url = v.pipe(variable, v.description("Environment variable that holds the address of the webhook."));

const address = v.pipe(
  v.string(),
  v.regex(
    /^(?:[^<>@,;:"\r\n\\]*<[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+>|[^\s<>@,;:"\\]+@[^\s<>@,;:"\\]+)$/,
    "must be one mail address",
  ),
);

const chatChannel = v.strictObject({
  type: v.pipe(v.picklist(["slack", "teams", "discord"]), v.description("The program that shows it.")),
  name: channelName,
  url_env: url,
});

const webhookChannel = v.strictObject({
  type: v.literal("webhook"),
  name: channelName,
  url_env: url,
  secret_env: v.pipe(
    variable,
    v.description("Environment variable that holds the secret that signs it, `whsec_` and Base64."),
  ),
});

const emailChannel = v.strictObject({
  type: v.literal("email"),
  name: channelName,
  host: v.pipe(v.string(), v.regex(/^[^\s/@]+$/, "must be a host name"), v.description("The mail server.")),
  port: v.optional(
    v.pipe(
      positiveInteger,
      v.maxValue(65_535, "must not be above 65535"),
      v.description("Default: 587, with `implicit` 465, with `none` 25."),
    ),
  ),
  tls: v.optional(
    v.pipe(
      v.picklist(["starttls", "implicit", "none"]),
      v.description("Default `starttls`; `none` only to this machine."),
    ),
  ),
  from: v.pipe(address, v.description("The sender.")),
  to: v.pipe(v.array(address), v.minLength(1, "must not be empty"), v.description("Who gets it.")),
  user_env: v.optional(v.pipe(variable, v.description("Environment variable that holds the user's name."))),
  password_env: v.optional(v.pipe(variable, v.description("Environment variable that holds the password."))),
});

const summaryChannel = v.strictObject({ type: v.literal("job-summary"), name: channelName });

/** What cannot be judged further because its kind is unknown. */
const unknownRule = v.looseObject({ kind: v.picklist(["slow-run", "degradation"]) });

const unknownChannel = v.looseObject({
  type: v.picklist(["slack", "teams", "discord", "webhook", "email", "job-summary"]),
});

function valueOf(input: unknown, key: string): unknown {
  return typeof input === "object" && input !== null ? (input as Readonly<Record<string, unknown>>)[key] : undefined;
}

const ruleByKind: v.GenericSchema<unknown, AlertRuleConfig> = v.lazy((input) => {
  const rules = alertRules(scopeByKind);
  const kind = valueOf(input, "kind");
  if (kind === "slow-run" || kind === "degradation") return rules[kind];
  return unknownRule as unknown as v.GenericSchema<unknown, AlertRuleConfig>;
});

const channelByType: v.GenericSchema<unknown, AlertChannelConfig> = v.lazy((input) => {
  switch (valueOf(input, "type")) {
    case "slack":
    case "teams":
    case "discord":
      return chatChannel;
    case "webhook":
      return webhookChannel;
    case "email":
      return emailChannel;
    case "job-summary":
      return summaryChannel;
    default:
      return unknownChannel as unknown as v.GenericSchema<unknown, AlertChannelConfig>;
  }
});

// eslint-disable-next-line typescript/explicit-function-return-type -- the compiler infers what is compared below
const alerts = (
  rule: v.GenericSchema<unknown, AlertRuleConfig>,
  channel: v.GenericSchema<unknown, AlertChannelConfig>,
) =>
  v.strictObject({
    rules: v.pipe(
      v.array(rule),
      v.minLength(1, "must not be empty"),
      v.description("When somebody is to hear of a run."),
    ),
    channels: v.optional(v.pipe(v.array(channel), v.description("Where it is told, beside the terminal."))),
    fail: v.optional(v.pipe(v.boolean(), v.description("A run with an alert fails; default false."))),
  });

/** Judges rules and channels by the kinds they are evidently meant to be. */
export const alertsByKind: v.GenericSchema<unknown, AlertsConfig> = alerts(ruleByKind, channelByType);

/** The same for generating the JSON Schema, where a rule and a channel are one of the kinds. */
export const publishedAlerts: v.GenericSchema<unknown, AlertsConfig> = alerts(
  v.union(Object.values(alertRules(v.union([namedScope, listedScope])))),
  v.union([chatChannel, webhookChannel, emailChannel, summaryChannel]),
);

type Rules = ReturnType<typeof alertRules>;

/** Fails to compile when the written types and this schema say different things. */
export const ALERT_TYPES_AGREE: readonly true[] = [
  true satisfies Agrees<Rules["slow-run"], SlowRunRuleConfig>,
  true satisfies Agrees<Rules["degradation"], DegradationRuleConfig>,
  true satisfies Agrees<typeof chatChannel, ChatChannelConfig>,
  true satisfies Agrees<typeof webhookChannel, WebhookChannelConfig>,
  true satisfies Agrees<typeof emailChannel, EmailChannelConfig>,
  true satisfies Agrees<typeof summaryChannel, JobSummaryChannelConfig>,
  true satisfies Agrees<ReturnType<typeof alerts>, AlertsConfig>,
];
