import type { RunRecord } from "../run-record.ts";
import { otlpAttributes, otlpText, type OtlpInput, type OtlpResource, type OtlpScope } from "./otlp.ts";

/** What the run record does not know of where it was made. */
export interface OtlpResourceOptions {
  /**
   * Name of the service that the telemetry belongs to.
   *
   * @defaultValue `"ai-workflow"`
   */
  readonly serviceName?: string | undefined;
  /** Further attributes of the resource; they go before those of the record. */
  readonly resourceAttributes?: Readonly<Record<string, string>> | undefined;
  /** Where a person can look at the run. */
  readonly runUrl?: string | undefined;
}

const DEFAULT_SERVICE_NAME = "ai-workflow";

/** Names of processor architectures in the semantic conventions, where Node's differ. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "x86", arm: "arm32" };

const PLATFORMS: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };

/** Gives the scope: this tool, in the version that made the record. */
export function otlpScope(record: RunRecord): OtlpScope {
  return { name: "ai-workflow", version: otlpText(record.toolVersion) };
}

/**
 * Gives what produced the telemetry of a run. `identity` adds the attributes that are different for each run; metrics go without them,
 * since each value would be a new time series.
 */
export function otlpResource(
  record: RunRecord,
  options: OtlpResourceOptions & { readonly identity: boolean },
): OtlpResource {
  const { environment, changeSet } = record;
  const serviceName = options.serviceName ?? options.resourceAttributes?.["service.name"] ?? DEFAULT_SERVICE_NAME;
  const own: Readonly<Record<string, OtlpInput>> = {
    "service.name": serviceName,
    "service.version": record.toolVersion,
    "telemetry.sdk.name": "ai-workflow",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": record.toolVersion,
    "cicd.pipeline.name": record.workflowId,
    "os.type": PLATFORMS[environment.platform] ?? environment.platform,
    "host.arch": ARCHITECTURES[environment.arch] ?? environment.arch,
    "process.runtime.name": "nodejs",
    "process.runtime.version": environment.nodeVersion,
    ...(options.identity
      ? {
          "cicd.pipeline.run.id": record.runId,
          "cicd.pipeline.run.url.full": options.runUrl,
          ...(changeSet.known
            ? {
                "vcs.ref.head.revision": changeSet.headOid ?? undefined,
                "vcs.ref.base.name": changeSet.base.ref,
                "vcs.ref.base.revision": changeSet.base.oid ?? undefined,
              }
            : {}),
        }
      : {}),
  };
  return { attributes: otlpAttributes({ ...own, ...options.resourceAttributes, "service.name": serviceName }) };
}
