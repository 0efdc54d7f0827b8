/** A canvas at the screen's own resolution, and the colours that CSS gives it. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The value of a custom property. */
  colour(name: string): string;
}

/** Makes it ready and empty; undefined where it has no size. */
export function openSheet(canvas: HTMLCanvasElement): Sheet | undefined {
  const ratio = globalThis.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (width === 0 || height === 0 || context === null) return undefined;
  const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  return { context, width, height, colour: (name) => style.getPropertyValue(name).trim() };
}

/** A length of time that divides a line into four to eight parts. */
export function stepOf(wholeMs: number): number {
  const steps = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000];
  return steps.find((step) => wholeMs / step <= 8) ?? 1_200_000;
}
