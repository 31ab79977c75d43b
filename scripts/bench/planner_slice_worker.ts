/** A slice of the planner in a worker of its own: the engine is loaded afresh, as in a new isolate. */
import { runSlice, type SliceRequest } from "./planner_slice.ts";

const scope = self as unknown as Worker;
scope.onmessage = ({ data }: MessageEvent<SliceRequest>) => {
  scope.postMessage(runSlice(data));
};
