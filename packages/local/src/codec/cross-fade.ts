/**
 * Fades from one take of a piece of sound to another of the same place, in a straight line, and writes the result over `after`. Where both are equal the
 * result is equal too, to the bit; the two ends are never reached, as in the published rule (weights 1/961 to 960/961 for 960 samples).
 *
 * @param before - As the earlier window has it; as long as the fade.
 * @param after - As the later window has it; at least as long.
 */
export function crossFade(before: Float32Array, after: Float32Array): void {
  const parts = before.length + 1;
  for (let index = 0; index < before.length; index += 1) {
    const from = before[index] ?? 0;
    after[index] = from + ((after[index] ?? 0) - from) * ((index + 1) / parts);
  }
}
