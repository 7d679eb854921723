/** What became of an address. */
export type AddressEnd =
  | { readonly status: "alive" }
  /** It certainly leads nowhere. */
  | { readonly status: "dead"; readonly why: string }
  /** Nobody knows: the host refuses programs, is busy, or is not reached. */
  | { readonly status: "unknown"; readonly why: string };

/** How addresses are asked. */
export interface AddressOptions {
  readonly timeoutMs: number;
  /** At the same time, of all hosts together. @defaultValue 4 */
  readonly concurrency?: number | undefined;
}

const USER_AGENT = "Mozilla/5.0 (compatible; ai-workflow link check)";

/**
 * Asks each address whether it leads somewhere, few at a time: with HEAD, and with GET where that is not answered well. Never rejects.
 * Only 404 and 410 and names that are not there are dead; a host that refuses programs or asks for a login says nothing of its pages.
 */
export async function checkAddresses(
  addresses: readonly string[],
  { timeoutMs, concurrency = 4 }: AddressOptions,
): Promise<ReadonlyMap<string, AddressEnd>> {
  const ends = new Map<string, AddressEnd>();
  const open = [...new Set(addresses)].values();
  const work = async (): Promise<void> => {
    for (const address of open) ends.set(address, await checkAddress(address, timeoutMs));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return ends;
}

async function checkAddress(address: string, timeoutMs: number): Promise<AddressEnd> {
  const head = await ask(address, "HEAD", timeoutMs);
  // Many servers answer HEAD wrongly.
  return head.status === "alive" ? head : ask(address, "GET", timeoutMs);
}

async function ask(address: string, method: "HEAD" | "GET", timeoutMs: number): Promise<AddressEnd> {
  try {
    const response = await fetch(address, {
      method,
      redirect: "follow",
      signal: AbortSignal.timeout(timeoutMs),
      headers: { "user-agent": USER_AGENT, accept: "*/*" },
    });
    await response.body?.cancel();
    if (response.ok) return { status: "alive" };
    const why = `it answers ${response.status}`;
    return response.status === 404 || response.status === 410 ? { status: "dead", why } : { status: "unknown", why };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
    if (code === "ENOTFOUND") return { status: "dead", why: "there is no such host" };
    if (error instanceof Error && error.name === "TimeoutError")
      return { status: "unknown", why: "it does not answer in time" };
    return { status: "unknown", why: code ?? "it is not reached" };
  }
}
