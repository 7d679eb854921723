/** A post to a chat program. */
export interface ChatChannel {
  readonly type: "slack" | "teams" | "discord";
  /** Tells channels apart in outcomes. @defaultValue the channel's `type` */
  readonly name?: string | undefined;
  /** The environment variable with the address of the webhook, which is a secret. */
  readonly urlVariable: string;
}

/** A signed post to a server of one's own, after Standard Webhooks. */
export interface WebhookChannel {
  readonly type: "webhook";
  /** @defaultValue "webhook" */
  readonly name?: string | undefined;
  /** The environment variable with the address. */
  readonly urlVariable: string;
  /** The environment variable with the secret, `whsec_…`; several, separated by spaces, while secrets are changed. */
  readonly secretVariable: string;
}

/** A mail by SMTP. */
export interface EmailChannel {
  readonly type: "email";
  /** @defaultValue "email" */
  readonly name?: string | undefined;
  readonly host: string;
  /** @defaultValue 465 with `implicit`, 587 with `starttls`, 25 with `none` */
  readonly port?: number | undefined;
  /** `none` is allowed only to this machine. @defaultValue "starttls" */
  readonly tls?: "starttls" | "implicit" | "none" | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** The environment variable with the user's name; without it nobody logs in. */
  readonly userVariable?: string | undefined;
  /** The environment variable with the password. */
  readonly passwordVariable?: string | undefined;
}

/** The summary of a job of GitHub Actions, in the file that `GITHUB_STEP_SUMMARY` names. */
export interface JobSummaryChannel {
  readonly type: "job-summary";
  /** @defaultValue "job-summary" */
  readonly name?: string | undefined;
}

/** Where alerts go. Secrets are named by their environment variables and never part of it. */
export type AlertChannel = ChatChannel | WebhookChannel | EmailChannel | JobSummaryChannel;
