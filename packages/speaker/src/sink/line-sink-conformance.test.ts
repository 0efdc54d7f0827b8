import { describeSink } from "@parlando/testkit";
import { describe, it } from "vitest";

import { FakeLine } from "../testing/fake-line.ts";
import { LineSink } from "./line-sink.ts";

/** In real time, as the line plays it. */
function openSink(canCut: boolean): LineSink {
  return new LineSink({ line: new FakeLine({ canCut }), volume: 1, onClosed: (line) => line.close() });
}

describeSink("on a line that can take back what was not heard", () => openSink(true), { describe, it });
describeSink("on a line that plays whatever was put", () => openSink(false), { describe, it });
