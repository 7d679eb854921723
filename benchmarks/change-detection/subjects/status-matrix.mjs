import fs from "node:fs";
import git from "isomorphic-git";

const [dir, ref, calls] = process.argv.slice(2);
const detect = () => git.statusMatrix({ fs, dir, ref });

if (calls === undefined) await detect();
else {
  const { reportCalls } = await import("./report-calls.mjs");
  await reportCalls(calls, detect, (rows) =>
    rows.filter(([, atRef, inWorkTree]) => (atRef === 0 ? inWorkTree !== 0 : inWorkTree !== 1)).map(([file]) => file),
  );
}
