import { useRef, type ReactElement } from "react";
import { isOver } from "../react/speech-player.tsx";
import type { Speech } from "../react/speech-state.ts";
import { useFrames } from "../react/use-frames.ts";
import { useReducedMotion } from "../react/use-reduced-motion.ts";
import { openSheet, stepOf, type Sheet } from "./canvas.ts";
import { silencesOf, type Trace, type TracePoint } from "./trace.ts";

const margin = { left: 34, right: 10, top: 10, bottom: 22 };
const expectedMs = 8_000;

interface Scale {
  readonly x: (timeMs: number) => number;
  readonly y: (audioMs: number) => number;
  readonly timeMs: number;
  readonly audioMs: number;
}

/** What became of a stream over the time of the listener: made above, heard below, and between the two what is in hand. Where the listener waited it is flat. */
export function Curves({ speech, trace, label }: { readonly speech: Speech; readonly trace: Trace; readonly label: string }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isStill = useReducedMotion();
  const draw = (): void => {
    const sheet = canvas.current === null ? undefined : openSheet(canvas.current);
    if (sheet !== undefined) drawCurves(sheet, trace.points);
  };
  useFrames(draw, !isOver(speech.phase) && !isStill);
  return <canvas ref={canvas} className="curves" role="img" aria-label={label} />;
}

function drawCurves(sheet: Sheet, points: readonly TracePoint[]): void {
  const scale = scaleOf(sheet, points.at(-1));
  drawGrid(sheet, scale);
  drawSilences(sheet, scale, points);
  drawArea(sheet, scale, points, { upper: "madeMs", lower: "handedMs", colour: "--made-soft" });
  drawArea(sheet, scale, points, { upper: "handedMs", lower: "heardMs", colour: "--held-soft" });
  drawLine(sheet, scale, points, { of: "madeMs", colour: "--made-line" });
  drawLine(sheet, scale, points, { of: "handedMs", colour: "--held" });
  drawLine(sheet, scale, points, { of: "heardMs", colour: "--accent" });
}

function scaleOf({ width, height }: Sheet, last: TracePoint | undefined): Scale {
  const timeMs = Math.max(expectedMs, (last?.timeMs ?? 0) * 1.05);
  const audioMs = Math.max(expectedMs, (last?.madeMs ?? 0) * 1.08);
  return {
    timeMs,
    audioMs,
    x: (ms) => margin.left + (ms / timeMs) * (width - margin.left - margin.right),
    y: (ms) => height - margin.bottom - (ms / audioMs) * (height - margin.top - margin.bottom),
  };
}

function drawGrid({ context, width, height, colour }: Sheet, { x, y, timeMs, audioMs }: Scale): void {
  context.font = `11px ${colour("--sans")}`;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (let ms = 0; ms <= audioMs; ms += stepOf(audioMs * 1.6)) {
    context.strokeStyle = colour("--line");
    context.beginPath();
    context.moveTo(margin.left, Math.round(y(ms)) + 0.5);
    context.lineTo(width - margin.right, Math.round(y(ms)) + 0.5);
    context.stroke();
    context.fillStyle = colour("--muted");
    context.textAlign = "right";
    context.fillText(String(ms / 1000), margin.left - 7, y(ms));
  }
  context.textAlign = "center";
  for (let ms = 0; ms <= timeMs; ms += stepOf(timeMs)) {
    if (x(ms) < width - 24) context.fillText(ms === 0 ? "0 s" : String(ms / 1000), x(ms), height - 8);
  }
  context.textAlign = "start";
}

function drawSilences({ context, height, colour }: Sheet, { x }: Scale, points: readonly TracePoint[]): void {
  for (const { fromMs, toMs } of silencesOf(points)) {
    context.fillStyle = colour("--alarm-soft");
    context.fillRect(x(fromMs), margin.top, x(toMs) - x(fromMs), height - margin.top - margin.bottom);
    context.fillStyle = colour("--alarm");
    context.fillText("silence", x(fromMs) + 5, margin.top + 10);
  }
}

type Measure = "madeMs" | "handedMs" | "heardMs";

function drawArea({ context, colour }: Sheet, { x, y }: Scale, points: readonly TracePoint[], area: { readonly upper: Measure; readonly lower: Measure; readonly colour: string }): void {
  if (points.length < 2) return;
  context.fillStyle = colour(area.colour);
  context.beginPath();
  for (const point of points) context.lineTo(x(point.timeMs), y(point[area.upper]));
  for (const point of points.toReversed()) context.lineTo(x(point.timeMs), y(point[area.lower]));
  context.fill();
}

function drawLine({ context, colour }: Sheet, { x, y }: Scale, points: readonly TracePoint[], line: { readonly of: Measure; readonly colour: string }): void {
  if (points.length < 2) return;
  context.strokeStyle = colour(line.colour);
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  for (const point of points) context.lineTo(x(point.timeMs), y(point[line.of]));
  context.stroke();
}
