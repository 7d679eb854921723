import { sha256Hex } from "../key/sha256-hex.ts";

/** What of an address belongs into a cache key. */
export interface EndpointParts {
  /** Origin and path, without credentials. */
  readonly baseUrl: string;
  /** Digest of the query: it can name a deployment or a version, but also carry a key that must not be written down. */
  readonly querySha256: string | undefined;
}

/** Splits the address of an endpoint into what a key may show and what it only proves, or `undefined` for no address. */
export function endpointParts(address: string, dropFromPath = ""): EndpointParts | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, host, pathname, search } = new URL(address);
  const path = pathname.endsWith(dropFromPath) ? pathname.slice(0, pathname.length - dropFromPath.length) : pathname;
  return {
    baseUrl: `${protocol}//${host}${path.replace(/\/+$/, "")}`,
    querySha256: search === "" ? undefined : sha256Hex(search),
  };
}
