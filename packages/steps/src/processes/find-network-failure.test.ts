import { expect, test } from "vitest";
import { findNetworkFailure } from "./find-network-failure.ts";

test.each([
  "[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://repo.example/): Unknown host repo.example: Name or service not known",
  "As a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures",
  "  attempting to make an HTTP request, but --offline was specified",
  "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host name",
  "   > No cached version of org.example:lib:1.0 available for offline mode.",
  "a.csproj : error NU1301: Unable to load the service index for source https://nuget.example/index.json",
  "npm error getaddrinfo ENOTFOUND registry.example",
  "go: example.com/m@v1: dial tcp: lookup proxy.example: no such host",
])("%j says that the network did not answer", (line) => {
  expect(findNetworkFailure(["Downloading", line, "BUILD FAILURE"])).toBe(line.trim());
});

test.each([
  "[ERROR] Failed to execute goal compile: Compilation failure",
  "Could not find artifact a:b:jar:1 in central",
  "error: no matching package named `serde` found",
  "FAIL src/offline.test.ts",
])("%j does not", (line) => {
  expect(findNetworkFailure([line])).toBeUndefined();
});
