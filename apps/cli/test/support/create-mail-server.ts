import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** A real SMTP server on this machine, without TLS. */
export interface MailServer extends AsyncDisposable {
  readonly port: number;
  /** The mails it took, as they came. */
  readonly mails: readonly string[];
}

/** What {@link createMailServer} takes. */
export interface MailServerOptions {
  /** It drops every connection. */
  readonly drop?: boolean;
  /** It takes mails only of who logs in so. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Starts a server that takes every mail, unless the options say otherwise. */
export async function createMailServer({ drop = false, login }: MailServerOptions = {}): Promise<MailServer> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    disabledCommands: login === undefined ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
    onAuth: ({ username, password }, _session, callback) => {
      if (username === login?.user && password === login?.password) callback(null, { user: username });
      else callback(new Error("wrong user or password"));
    },
    logger: false,
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push(Buffer.concat(chunks).toString("utf8"));
        callback();
      });
    },
  });
  // Clients that break off are what some tests are about.
  server.on("error", () => undefined);
  if (drop) server.server.on("connection", (socket) => void socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
