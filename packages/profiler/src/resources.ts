/** What processes take: CPU time, memory and storage of whole trees; the entry point `@ai-workflow/profiler/resources`. */
export type { GroupedProcesses } from "./resources/cgroup.ts";
export { createResourceMonitor } from "./resources/create-resource-monitor.ts";
export type {
  Measurement,
  MeasurementOptions,
  ResourceMonitor,
  ResourceMonitorOptions,
  WaitingGroup,
} from "./resources/create-resource-monitor.ts";
export { formatResourceLine, RESOURCE_LOG_HEADER } from "./resources/format-resource-line.ts";
export type { ProcessSample, Storage } from "./resources/process-sample.ts";
export { readThreadCpuMs } from "./resources/read-thread-cpu-ms.ts";
