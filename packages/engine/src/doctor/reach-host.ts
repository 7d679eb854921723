import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";

/** Whether somebody answers, and how long that took in milliseconds. */
export type Reach = { readonly ok: true; readonly tookMs: number } | { readonly ok: false; readonly reason: string };

/**
 * Connects to the host of an address, for `https:` up to an accepted certificate, and hangs up. Nothing is asked and nothing is sent that
 * says who is asking: no path, no key.
 *
 * @param address - an `http:` or `https:` address
 */
export function reachHost(address: string, { timeoutMs }: { readonly timeoutMs: number }): Promise<Reach> {
  if (!URL.canParse(address)) return Promise.resolve({ ok: false, reason: "the address is none" });
  const { protocol, hostname, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isTls = protocol === "https:";
  const begun = performance.now();
  return new Promise((resolve) => {
    const settle = (reach: Reach): void => {
      socket.destroy();
      resolve(reach);
    };
    const done = (): void => settle({ ok: true, tookMs: performance.now() - begun });
    const at = { host, port: port === "" ? (isTls ? 443 : 80) : Number(port) };
    const socket = isTls
      ? connectTls({ ...at, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) }, done)
      : connectPlain(at, done);
    socket.setTimeout(timeoutMs, () => settle({ ok: false, reason: `no answer within ${timeoutMs / 1000} s` }));
    socket.on("error", (error: NodeJS.ErrnoException) => settle({ ok: false, reason: error.code ?? error.message }));
  });
}
