import { expect, test } from "vitest";
import { findNetworkFailure } from "./find-network-failure.ts";

test.each([
  "[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://repo.example/): Unknown host repo.example: Name or service not known",
  "As a reminder, you're using offline mode (--offline) which can sometimes cause surprising resolution failures",
  "  attempting to make an HTTP request, but --offline was specified",
  "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host name",
  "   > No cached version of org.example:lib:1.0 available for offline mode.",
  "a.csproj : error NU1301: Unable to load the service index for source https://nuget.example/index.json",
  'a.go:3:8: example.com/m@v1.0.0: Get "https://proxy.example/m.zip": dial tcp: lookup proxy.example on 192.0.2.1:53: dial udp 192.0.2.1:53: connect: network is unreachable',
  'a.go:3:8: example.com/m@v1.0.0: Get "http://127.0.0.1:9/m.zip": dial tcp 127.0.0.1:9: connect: connection refused',
  "a.go:3:8: module lookup disabled by GOPROXY=off",
  "  [6] Could not resolve hostname (Could not resolve host: index.example)",
  "  [7] Could not connect to server (Failed to connect to index.example port 443)",
  "      WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/setuptools/",
  "Could not reach host index.example. Check your network connection and try",
  'Exception in thread "main" java.net.UnknownHostException: services.example',
  "[ERROR] ... Cannot access central (https://repo.example/maven2) in offline mode and the artifact a:b:jar:2 has not been downloaded from it before.",
  "npm error code ECONNREFUSED",
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
  "Error: connect ECONNREFUSED 127.0.0.1:5432",
  "ERROR: No matching distribution found for requests==99",
])("%j does not", (line) => {
  expect(findNetworkFailure([line])).toBeUndefined();
});
