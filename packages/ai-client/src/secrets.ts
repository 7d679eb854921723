export { findAssignedSecrets, valueStyleOf } from "./egress/find-assigned-secrets.ts";
export type { ValueStyle } from "./egress/find-assigned-secrets.ts";
export { findFormattedSecrets } from "./egress/find-formatted-secrets.ts";
export { isSecretValue } from "./egress/is-secret-value.ts";
export type { SecretSpan, Span } from "./egress/redaction-marker.ts";
export type { TokenRule } from "./egress/token-rules.ts";
