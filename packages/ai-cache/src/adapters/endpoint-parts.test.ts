import { expect, test } from "vitest";
import { endpointParts } from "./endpoint-parts.ts";

test("endpointParts() shows origin and path, without the endpoint and trailing slashes", () => {
  const address = "https://A.example:443/v1/chat/completions";
  expect(endpointParts(address, "/chat/completions")).toEqual({
    baseUrl: "https://a.example/v1",
    querySha256: undefined,
  });
  expect(endpointParts("http://a.example:8080/v1//")?.baseUrl).toBe("http://a.example:8080/v1");
});

test("endpointParts() shows no credentials and only the digest of a query", () => {
  const [a, b] = ["1", "2"].map((key) => endpointParts(`https://user:secret@a.example/v1?key=${key}`));
  expect(a?.baseUrl).toBe("https://a.example/v1");
  expect(a?.querySha256).toMatch(/^[0-9a-f]{64}$/);
  expect(b?.querySha256).not.toBe(a?.querySha256);
});

test("endpointParts() gives nothing for what is no address", () => {
  expect([endpointParts(""), endpointParts("/v1")]).toEqual([undefined, undefined]);
});
