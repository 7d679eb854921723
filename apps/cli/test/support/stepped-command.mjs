/** Tells a test that it has started, waits for an exit code, and ends with it; ends also when the test is gone. */
import { connect } from "node:net";

const [socketFile, name, stubborn] = process.argv.slice(2);
if (stubborn === "stubborn") process.on("SIGTERM", () => undefined);
const socket = connect(socketFile, () => socket.write(`${JSON.stringify({ name, pid: process.pid })}\n`));
let answer = "";
socket.setEncoding("utf8");
socket.on("data", (text) => (answer += text));
socket.on("error", () => process.exit(99));
socket.on("close", () => process.exit(answer === "" ? 99 : Number(answer)));
