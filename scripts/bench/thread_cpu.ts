// CPU time of the thread that a benched slice runs in, the loading of its modules included.

import { readFileSync } from "node:fs";
import process from "node:process";

/** Where the system does not count per thread: the process's CPU when this module started. */
const processStart = process.cpuUsage();

/** CPU of this thread since its birth; elsewhere than on Linux, of the process since this module. */
export function threadCpuMs(): number {
  if (process.platform === "linux") {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage(processStart);
  return (user + system) / 1e3;
}
