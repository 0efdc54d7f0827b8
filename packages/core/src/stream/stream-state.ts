/** Where a stream is in its life. */
export type StreamState = "open" | "ending" | "finished" | "interrupted" | "failed" | "closed";

/** What can happen to it. */
export type StreamTransition = "done" | "finish" | "interrupt" | "fail" | "close";

const table: Readonly<Record<StreamState, Partial<Record<StreamTransition, StreamState>>>> = {
  open: { done: "ending", interrupt: "interrupted", fail: "failed", close: "closed" },
  ending: { finish: "finished", interrupt: "interrupted", fail: "failed", close: "closed" },
  finished: {},
  interrupted: {},
  failed: {},
  closed: {},
};

/** The state after a transition, or undefined when it changes nothing there. */
export function nextState(state: StreamState, transition: StreamTransition): StreamState | undefined {
  return table[state][transition];
}

/** Whether audio may still come. */
export function isLive(state: StreamState): boolean {
  return state === "open" || state === "ending";
}
