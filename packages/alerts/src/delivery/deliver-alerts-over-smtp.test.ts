import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { AT_MS, HOSTILE_NAMES, messageAbout } from "../../test/examples.ts";
import { LOCALHOST_CERTIFICATE } from "../../test/localhost-certificate.ts";
import { startMailServer } from "../../test/mail-server.ts";
import { createManualDelay } from "../../test/manual-delay.ts";
import type { EmailChannel } from "./alert-channel.ts";
import { deliverAlerts, type DeliverOptions } from "./deliver-alerts.ts";
import type { DeliveryOutcome } from "./delivery-outcome.ts";

const message = messageAbout(["lint"]);
const base: EmailChannel = { type: "email", host: "localhost", from: "CI <ci@example.com>", to: ["dev@example.com"] };

async function send(channel: Partial<EmailChannel>, more: Partial<DeliverOptions> = {}): Promise<DeliveryOutcome> {
  const { delay } = createManualDelay(5000, 30_000);
  const options = { env: {}, delay, random: () => 0, now: () => AT_MS, newId: () => "id-1", ...more };
  const [outcome] = await deliverAlerts(message, [{ ...base, ...channel }], options);
  if (outcome === undefined) throw new Error("each channel has an outcome");
  return outcome;
}

const base64 = (text: string | null | undefined): string => Buffer.from(text ?? "").toString("base64");

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

/** A server that speaks as `talk` says, for what a well-behaved one does not do. */
async function startRawServer(
  talk: (socket: Socket) => void,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

describe("deliverAlerts() by mail", () => {
  test("sends over STARTTLS with a login, and marks the mail as automatic", async () => {
    const logins: unknown[] = [];
    await using server = await startMailServer({
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) => {
        logins.push([username, password]);
        callback(null, { user: username });
      },
    });
    const outcome = await send(
      { host: "127.0.0.1", port: server.port, userVariable: "USER", passwordVariable: "PASS" },
      { env: { USER: "robot", PASS: "hunter2hunter2" }, smtpCa: LOCALHOST_CERTIFICATE },
    );
    expect(outcome).toEqual({ channel: "email", status: "delivered", tryCount: 1 });
    expect(logins).toEqual([["robot", "hunter2hunter2"]]);
    expect(server.mails).toMatchObject([
      { from: "ci@example.com", to: ["dev@example.com"], user: "robot", isSecure: true },
    ]);
    const source = server.mails[0]?.source ?? "";
    expect(source).toMatch(/^Subject: \[shop\] 1 alert\r?$/m);
    expect(source).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(source).toMatch(/^Message-ID: <id-1@example\.com>\r?$/m);
    expect(source).toContain("ALERT: lint has become slower");
    expect(source).not.toContain("hunter2");
  });

  test("sends over TLS from the start", async () => {
    await using server = await startMailServer({ secure: true });
    const outcome = await send({ port: server.port, tls: "implicit" }, { smtpCa: LOCALHOST_CERTIFICATE });
    expect(outcome).toMatchObject({ status: "delivered" });
    expect(server.mails).toMatchObject([{ isSecure: true }]);
  });

  test("sends nothing to a server whose certificate nobody vouches for", async () => {
    for (const tls of ["starttls", "implicit"] as const) {
      await using server = await startMailServer({ secure: tls === "implicit" });
      expect(await send({ port: server.port, tls })).toMatchObject({
        status: "failed",
        failure: "insecure",
        tryCount: 1,
      });
      expect(server.mails).toEqual([]);
    }
  });

  test("sends nothing to a server that offers no TLS", async () => {
    await using server = await startMailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    expect(await send({ port: server.port }, { smtpCa: LOCALHOST_CERTIFICATE })).toMatchObject({
      status: "failed",
      failure: "insecure",
      tryCount: 1,
    });
    expect(server.mails).toEqual([]);
  });

  test("sends without TLS on this machine only", async () => {
    await using server = await startMailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
    expect(await send({ port: server.port, tls: "none" })).toMatchObject({ status: "delivered" });
    expect(server.mails).toMatchObject([{ isSecure: false }]);
    expect(await send({ host: "mail.example", tls: "none" })).toMatchObject({ failure: "insecure", tryCount: 1 });
  });

  test("tries again what a server puts off, and says so when it stays at that", async () => {
    let count = 0;
    await using server = await startMailServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: (_address, _session, callback) => {
        count += 1;
        callback(count < 3 ? refusal(451, "4.7.1 greylisted, come back") : null);
      },
    });
    expect(await send({ port: server.port, tls: "none" })).toMatchObject({ status: "delivered", tryCount: 3 });
    count = -100;
    const outcome = await send({ port: server.port, tls: "none" });
    expect(outcome).toMatchObject({
      failure: "busy",
      tryCount: 3,
      message: expect.stringContaining("greylisted") as string,
    });
    expect(server.mails).toHaveLength(1);
  });

  test("takes a refusal for an answer", async () => {
    await using server = await startMailServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onMailFrom: (_address, _session, callback) => callback(refusal(550, "no such sender\u001B[31m")),
    });
    const outcome = await send({ port: server.port, tls: "none" });
    expect(outcome).toMatchObject({
      failure: "refused",
      tryCount: 1,
      message: expect.stringContaining("no such sender") as string,
    });
    expect(JSON.stringify(outcome)).not.toContain("u001b");
  });

  test("counts the recipients a server refuses while it takes others", async () => {
    await using server = await startMailServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: ({ address }, _session, callback) =>
        callback(address.startsWith("gone") ? refusal(550, "unknown user") : null),
    });
    expect(await send({ port: server.port, tls: "none", to: ["gone@example.com", "dev@example.com"] })).toEqual({
      channel: "email",
      status: "delivered",
      tryCount: 1,
      refusedRecipientCount: 1,
    });
    expect(await send({ port: server.port, tls: "none", to: ["gone@example.com"] })).toMatchObject({
      failure: "refused",
    });
  });

  test("tells no password, although the server repeats it", async () => {
    await using server = await startMailServer({
      authOptional: false,
      onAuth: ({ username, password }, _session, callback) =>
        callback(refusal(535, [username, password, base64(password), base64(`\0${username}\0${password}`)].join(" "))),
    });
    const outcome = await send(
      { port: server.port, userVariable: "USER", passwordVariable: "PASS" },
      { env: { USER: "robot-user", PASS: "hunter2hunter2" }, smtpCa: LOCALHOST_CERTIFICATE },
    );
    expect(outcome).toMatchObject({
      failure: "refused",
      message: expect.stringContaining("[redacted] [redacted] [redacted]") as string,
    });
    expect(JSON.stringify(outcome)).not.toMatch(/robot-user|hunter2|aHVudGVyMmh1bnRlcjI|cm9ib3QtdXNlcg/);
  });

  test.each([
    ["EHLO", "destroy"],
    ["MAIL FROM", "destroy"],
    ["RCPT TO", "end"],
    ["DATA", "destroy"],
    ["Subject", "destroy"],
    ["\r\n.\r\n", "end"],
  ] as const)("tries again when the server drops the connection at %j (%s)", async (at, drop) => {
    let connections = 0;
    await using server = await startRawServer((socket) => {
      connections += 1;
      socket.write("220 hello\r\n");
      let said = "";
      socket.on("data", (data) => {
        said += data.toString();
        if (said.includes(at)) socket[drop]();
        else if (!said.includes("DATA\r\n")) socket.write("250 fine\r\n");
        else if (said.endsWith("DATA\r\n")) socket.write("354 go on\r\n");
      });
    });
    expect(await send({ port: server.port, tls: "none" })).toMatchObject({ failure: "unreachable", tryCount: 3 });
    expect(connections).toBe(3);
  });

  test("sends the mail again that a server dropped in its middle, under the same id", async () => {
    let tries = 0;
    await using server = await startMailServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onMailFrom: (_address, _session, callback) => {
        tries += 1;
        if (tries === 1) server.breakOff();
        else callback(null);
      },
    });
    expect(await send({ port: server.port, tls: "none" })).toMatchObject({ status: "delivered", tryCount: 2 });
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]?.source).toMatch(/^Message-ID: <id-1@example\.com>\r?$/m);
  });

  test.each(["", "220 hello\r\n", "not a mail server\r\n", "220-endless\r\n"])(
    "gives up on a server that says %j and then nothing",
    async (greeting) => {
      const manual = createManualDelay(5000, 30_000);
      await using server = await startRawServer((socket) => {
        socket.write(greeting);
        setImmediate(() => manual.expire(5000));
      });
      const outcome = await send({ port: server.port, tls: "none" }, { delay: manual.delay, maxTries: 2 });
      expect(outcome).toMatchObject({ status: "failed" });
      expect(["timed-out", "unreachable"]).toContain(outcome.status === "failed" ? outcome.failure : "");
      expect(manual.runningCount()).toBe(0);
    },
  );

  test("waits for no server to hang up that took the mail, or that is given up on", async () => {
    const clients: unknown[] = [];
    const onClient = (event: unknown): void => void clients.push((event as { readonly socket: Socket }).socket);
    subscribe("net.client.socket", onClient);
    onTestFinished(() => void unsubscribe("net.client.socket", onClient));
    for (const takes of [true, false]) {
      const manual = createManualDelay(5000, 30_000);
      await using server = await startRawServer(
        (socket) => {
          if (!takes) setImmediate(() => manual.expire(5000));
          else socket.write("220 hello\r\n");
          let said = "";
          socket.on("data", (data) => {
            said += data.toString();
            if (said.endsWith("DATA\r\n")) socket.write("354 go on\r\n");
            else if (!said.includes("DATA\r\n") || said.endsWith("\r\n.\r\n")) socket.write("250 fine\r\n");
          });
        },
        { allowHalfOpen: true },
      );
      const outcome = await send({ port: server.port, tls: "none" }, { delay: manual.delay, maxTries: 1 });
      expect(outcome.status).toBe(takes ? "delivered" : "failed");
      expect(clients.at(-1)).toHaveProperty("destroyed", true);
    }
  });

  test("ends at once when it is aborted, and closes the connection", async () => {
    const controller = new AbortController();
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    await using server = await startRawServer((socket) => {
      socket.on("close", () => closed());
      controller.abort();
    });
    const outcome = await send({ port: server.port, tls: "none" }, { signal: controller.signal });
    expect(outcome).toMatchObject({ status: "failed", failure: "aborted" });
    await isClosed;
  });

  test.each<Partial<EmailChannel>>([
    { to: [] },
    { to: ["a@example.com\r\nBcc: b@example.com"] },
    { to: ["a@example.com, b@example.com"] },
    { to: ["a"] },
    { from: "x <a@example.com>\nX: y" },
    { from: "" },
    { host: "" },
    { host: "user:pass@mail.example" },
    { port: 0 },
    { port: 70_000 },
  ])("refuses %j", async (wrong) => {
    expect(await send(wrong)).toMatchObject({ status: "failed", failure: "misconfigured", tryCount: 1 });
  });

  test("adds no header and no recipient, whatever workflows and steps are called", async () => {
    await using server = await startMailServer({ disabledCommands: ["STARTTLS", "AUTH"] });
    const { delay } = createManualDelay(5000, 30_000);
    const channel: EmailChannel = { ...base, port: server.port, tls: "none" };
    for (const name of HOSTILE_NAMES) {
      const about = messageAbout([name], { workflow: name, branch: name });
      await deliverAlerts(about, [channel], { env: {}, delay });
    }
    expect(server.mails).toHaveLength(HOSTILE_NAMES.length);
    for (const { to, source } of server.mails) {
      const head = source.split(/\r?\n\r?\n/, 1)[0] ?? "";
      const names = head.split(/\r?\n/).flatMap((line) => /^([A-Za-z-]+):/.exec(line)?.[1] ?? []);
      expect(to).toEqual(["dev@example.com"]);
      expect(names.sort()).toEqual([
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
      ]);
    }
  });
});
