// Uses CPU time until it has used so many milliseconds of it, and tells how much it really was.
const limitUs = Number(process.argv[2]) * 1000;
const used = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
while (used() < limitUs);
require("node:fs").appendFileSync(process.argv[3], `${used() / 1000}\n`);
