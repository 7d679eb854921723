import type { Finding } from "@ai-workflow/engine";

/** Names and folders of what a bundler writes for browsers. */
const BUNDLE =
  /(?:^|\/)(?:dist|build|public|static|assets|www|_next|htdocs)\/.*\.(?:m?js|css)$|[.-](?:bundle|chunk)(?:[.-][\da-f]{6,})?\.(?:m?js|css)$|[.-][\da-f]{8,}\.(?:m?js|css)$/i;
const VENDORED = /(?:^|\/)(?:node_modules|bower_components|vendor|third[-_]?party)\//i;

/** A built file that is committed and weighs too much for a page. Pure. */
export function judgeBundle(file: string, sizeBytes: number, maxBytes: number): Finding | undefined {
  if (sizeBytes < maxBytes || VENDORED.test(file) || !BUNDLE.test(file)) return undefined;
  return {
    rule: "large-bundle",
    severity: "warning",
    message: `${Math.round(sizeBytes / 1024)} KiB that a bundler wrote are committed, and every visitor loads them`,
    file,
    suggestion: "split it, leave out what is not used, and build it where it is published instead of committing it",
  };
}
