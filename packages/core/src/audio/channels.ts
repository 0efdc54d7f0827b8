/** Repeats one mono signal on `channels` interleaved channels. With one channel it is the array that was given. */
export function interleave(mono: Float32Array, channels: number): Float32Array {
  if (channels === 1) return mono;
  const interleaved = new Float32Array(mono.length * channels);
  for (let index = 0; index < mono.length; index += 1) {
    interleaved.fill(mono[index] ?? 0, index * channels, (index + 1) * channels);
  }
  return interleaved;
}

/** Averages interleaved channels into one. With one channel it is the array that was given. */
export function toMono(interleaved: Float32Array, channels: number): Float32Array {
  if (channels === 1) return interleaved;
  const mono = new Float32Array(Math.floor(interleaved.length / channels));
  for (let index = 0; index < mono.length; index += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += interleaved[index * channels + channel] ?? 0;
    mono[index] = sum / channels;
  }
  return mono;
}

/** One of several interleaved channels. */
export function pickChannel(interleaved: Float32Array, channels: number, channel: number): Float32Array {
  if (channels === 1) return interleaved;
  return Float32Array.from({ length: Math.floor(interleaved.length / channels) }, (_, index) => interleaved[index * channels + channel] ?? 0);
}
