/** How programs say that they asked the network and had no answer. */
const NO_ANSWER =
  /could ?n[o']t resolve host|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|UnknownHostException|(?:temporary failure in )?name resolution|\bno such host\b|network is unreachable|\bENETUNREACH\b|java\.net\.(?:Connect|SocketTimeout|NoRouteToHost)Exception|dial tcp .*(?:refused|timeout)|unable to (?:access|connect to) '?https?:|Failed to download metadata|No such host is known|\bunknown host\b|name or service not known|\bcould not transfer artifact\b|\bin offline mode\b|\busing offline mode\b|for offline mode\b|--offline was specified|spurious network error|unable to load the service index|failed to establish a new connection|could not reach host|module lookup disabled by GOPROXY=off|\bnpm (?:err!|error) code (?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH)\b|\[\d+\] (?:could not|couldn't|failed to) connect to/i;

/** The line that says that the network did not answer. Pure. */
export function findNetworkFailure(lines: readonly string[]): string | undefined {
  return lines.find((line) => NO_ANSWER.test(line))?.trim();
}
