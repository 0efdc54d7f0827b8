import { createPacedSink } from "@parlando/testkit";

/** Around the place where two segments meet, samples may be fainter than they were made. */
const FADE_FRAMES = 120;

/** A taker in real time that compares what comes with what should, and notes when the first of it came. */
export class CheckedTaker {
  #sink;
  #expected;
  #expectedBytes;
  #joins;
  #fainter = [];
  #firstAtMs;
  #frames = 0;
  #wrong = 0;

  constructor(expected, speed, bufferMs) {
    this.#sink = createPacedSink({ record: false, speed, bufferMs });
    this.#expected = expected;
    this.#expectedBytes = bytesOf(expected);
    this.#joins = new Map([[-1, 0], [-2, expected.length]]);
  }

  async write(chunk) {
    this.#firstAtMs ??= performance.now();
    this.#compare(chunk);
    await this.#sink.write(chunk);
  }

  playedFrames() {
    return this.#sink.playedFrames();
  }

  pause() {
    return this.#sink.pause();
  }

  resume() {
    return this.#sink.resume();
  }

  clear() {
    return this.#sink.clear();
  }

  end() {
    return this.#sink.end();
  }

  close() {
    return this.#sink.close();
  }

  #compare({ samples, startFrame, segments = [] }) {
    for (const { index, offsetFrames } of segments) if (!this.#joins.has(index)) this.#joins.set(index, startFrame + offsetFrames);
    const bytes = bytesOf(samples);
    const from = this.#frames;
    const isSame = bytes.equals(this.#expectedBytes.subarray(4 * from, 4 * from + bytes.length));
    for (let index = 0; !isSame && index < samples.length; index += 1) {
      const want = this.#expected[from + index];
      if (samples[index] === want) continue;
      if (Math.abs(samples[index]) <= Math.abs(want)) this.#fainter.push(from + index);
      else this.#wrong += 1;
    }
    this.#frames += samples.length;
  }

  async finish(beganAt) {
    await this.#sink.close();
    const places = [...this.#joins.values()];
    const wrong = this.#wrong + this.#fainter.filter((frame) => !places.some((place) => Math.abs(frame - place) <= FADE_FRAMES)).length;
    return { firstAudioMs: this.#firstAtMs - beganAt, wrong, lost: this.#expected.length - this.#frames, underruns: this.#sink.underruns, underrunMs: this.#sink.underrunMs };
  }
}

/** The bytes of samples, which can be compared at once: a comparison number by number would cost more than what is measured. */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength);
}
