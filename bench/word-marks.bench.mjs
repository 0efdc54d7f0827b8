/**
 * How right estimated word marks are. Run by `npm run bench word-marks`; `-- --json` prints one JSON object.
 *
 * The embedded voice tells when each word begins: that is the truth. The same texts are spoken again by the same voice with its
 * marks taken away, so that the stream has to estimate them. The baseline spreads the words of each segment over its audio by their letters.
 * "live" is the hardest case: a voice that needs half as long as its speech lasts, and a listener right behind it, so that words are told before
 * their segment has ended; its clock is a simulated one. In the other columns the audio is taken as fast as it is made.
 * An error is the distance between the estimated and the true beginning of a word, in milliseconds. Words that the voice only
 * estimates itself are left out. The voice reads Japanese character by character, so that its truth there is no good measure.
 */
import { createSpeechStream } from "@parlando/core";
import { createEngine } from "@parlando/espeak";
import { createFakeClock, createPacedSink } from "@parlando/testkit";

const texts = {
  en: ["en-us", "At half past six, when the first ferry came in, Mrs. Delgado was already standing on the pier with her three dogs and a flask of tea. She had counted 27 boats since Monday; none of them was his. “You could phone him,” said the harbour master, not unkindly. “I could,” she answered, “but then he would know that I'm waiting.” The BBC had promised wind, rain and, towards evening, a clear sky. It cost her $14.50 a week to park here, which was, all things considered, cheap. By 1998 the pier had been closed twice."],
  de: ["de", "Als der Zug endlich einfuhr, war es kurz nach elf, und auf dem Bahnsteig standen nur noch zwei Leute: eine alte Frau mit einem Korb voller Äpfel und ein Schaffner, der sich die Hände rieb. „Fährt der noch bis Regensburg?“, fragte sie. Er nickte. Im Abteil roch es nach nassem Hund, nach Tabak und nach Winter. 1987 war sie diese Strecke zum ersten Mal gefahren; damals kostete die Karte 12,40 Mark. Heute, dachte sie, bekommt man dafür nicht einmal mehr einen Kaffee."],
  fr: ["fr-fr", "Le marché commence à sept heures, mais les habitués arrivent bien avant, quand les étals sont encore à moitié vides. Madame Ferrand, qui vend du miel depuis trente ans, connaît tout le monde par son prénom. « Goûtez celui-ci, dit-elle, il vient des collines. » On goûte, on hésite, on achète. Vers midi, tout est fini : les camions repartent, la place est lavée, et les pigeons reprennent possession des lieux. En 2004, une tempête avait emporté 18 parasols."],
  es: ["es", "La carretera bajaba hasta el río, y desde allí, si no había niebla, se veía la casa del médico. Nadie vivía en ella desde 1975, aunque todos los años, por San Juan, alguien encendía una luz en la ventana de arriba. «Será el viento», decía mi abuela, que no creía en fantasmas. Pero cerraba la puerta con llave, apagaba la radio y se sentaba a escuchar. Una noche contó 14 campanadas; el reloj de la iglesia, sin embargo, llevaba meses parado."],
  ar: ["ar", "وصلت القافلة إلى الواحة قبل غروب الشمس، وكان الماء باردا والنخيل كثيرا. جلس الشيخ تحت شجرة كبيرة، وبدأ يحكي للأطفال قصة قديمة عن ملك فقد طريقه في الصحراء. سأله طفل صغير: هل وجد الملك بيته؟ ابتسم الشيخ، ونظر إلى السماء، ثم قال: سوف تعرف الجواب غدا."],
  hi: ["hi", "सुबह की पहली बस छह बजे निकलती है, लेकिन सर्दियों में कोहरे के कारण अक्सर देर हो जाती है। रामू काका अपनी दुकान खोलते हैं, चाय का पानी चढ़ाते हैं, और रेडियो पर पुराने गाने सुनते हैं। क्या आज बारिश होगी? कोई नहीं जानता। खेतों में गेहूँ हरा है, नदी शांत है, और दूर पहाड़ों पर बर्फ चमक रही है।"],
  zh: ["cmn", "村口有一棵老槐树，夏天的晚上，大人们坐在树下乘凉，孩子们围着井边追来追去。爷爷总是说，这棵树比他的爷爷还要老。有一年发大水，河里的水涨到了门前，可是槐树一点也没有动。后来修路，工人们本来要把它砍掉，全村的人都不同意；最后，公路绕了一个弯。"],
  ja: ["ja", "駅前の小さな本屋は、毎朝九時に開きます。店主の田中さんは、いつも同じ椅子に座って、古い地図を読んでいます。雨の日には客が少ないので、猫が窓のそばで眠ります。「この町も、ずいぶん変わりましたね」と、ある日、知らない人が言いました。"],
};

const engine = createEngine();
/** What the voice said, by its text: `smoothest` cuts the same way every time. */
const recordings = new Map();
const withoutMarks = {
  ...engine,
  capabilities: { ...engine.capabilities, marks: [] },
  async *synthesize(request, signal) {
    const events = [];
    for await (const event of engine.synthesize({ ...request, marks: [] }, signal)) {
      if (event.type === "mark") continue;
      events.push(event);
      yield event;
    }
    recordings.set(request.text, events);
  },
};

/** The same audio, 20 ms at a time, made in half the time that it lasts. */
function createSlowEngine(clock) {
  return {
    ...withoutMarks,
    async *synthesize(request) {
      const events = recordings.get(request.text);
      const { sampleRate } = events[0].format;
      const block = Math.round(sampleRate / 50);
      for (const event of events) {
        if (event.type !== "pcm") yield event;
        else {
          for (let start = 0; start < event.samples.length; start += block) {
            await clock.sleep(10);
            yield { type: "pcm", samples: event.samples.slice(start, start + block) };
          }
        }
      }
    },
  };
}

async function speakLive([voice, text], language) {
  const clock = createFakeClock();
  const words = [];
  const stream = createSpeechStream(
    { engines: [{ engine: createSlowEngine(clock), voice, language }], clock },
    { latency: "smoothest", language, marks: ["word"], sink: createPacedSink({ clock }), onMark: (mark) => words.push(mark) },
  );
  void stream.feed(text);
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  return words;
}

async function speak(speaker, [voice, text], language) {
  const words = [];
  const segments = new Map();
  const stream = createSpeechStream({ engines: [{ engine: speaker, voice, language }] }, { latency: "smoothest", language, marks: ["word"], onChunk: () => {} });
  stream.on("mark", (mark) => words.push(mark));
  stream.on("segment", ({ index, text: spoken, textStart }) => segments.set(index, { text: spoken, textStart, startFrame: undefined, frames: 0 }));
  let sampleRate = 0;
  stream.on("chunk", (chunk) => {
    sampleRate = chunk.sampleRate;
    for (const part of chunk.segments) {
      const segment = segments.get(part.index);
      segment.startFrame ??= chunk.startFrame + part.offsetFrames;
      segment.frames += part.frames;
    }
  });
  await stream.feed(text);
  stream.done();
  await stream.waitUntilDone();
  return { words, segments: [...segments.values()], sampleRate };
}

/** Where a word begins when every letter of its segment takes the same time. */
function byLetters({ segments, sampleRate }, textStart) {
  const segment = segments.findLast((one) => one.textStart <= textStart);
  return ((segment.startFrame + ((textStart - segment.textStart) / segment.text.length) * segment.frames) * 1000) / sampleRate;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const p95 = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)];

const results = [];
try {
  for (const [language, [voice, text]] of Object.entries(texts)) {
    const truth = await speak(engine, [voice, text], language);
    const guess = await speak(withoutMarks, [voice, text], language);
    const live = await speakLive([voice, text], language);
    const errors = { letters: [], ours: [], live: [] };
    for (const word of truth.words) {
      const found = guess.words.find((mark) => mark.textStart === word.textStart);
      if (word.source !== "native" || found === undefined) continue;
      errors.ours.push(Math.abs(found.timeMs - word.timeMs));
      errors.live.push(Math.abs(live.find((mark) => mark.textStart === word.textStart).timeMs - word.timeMs));
      errors.letters.push(Math.abs(byLetters(truth, word.textStart) - word.timeMs));
    }
    results.push({
      language,
      words: errors.ours.length,
      "ours mean ms": Math.round(mean(errors.ours)),
      "ours p95 ms": Math.round(p95(errors.ours)),
      "live mean ms": Math.round(mean(errors.live)),
      "live p95 ms": Math.round(p95(errors.live)),
      "letters mean ms": Math.round(mean(errors.letters)),
      "letters p95 ms": Math.round(p95(errors.letters)),
      "ours / letters": Number((mean(errors.ours) / mean(errors.letters)).toFixed(2)),
    });
  }
} finally {
  await engine.close();
}

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify({ bench: "word-marks", results })}\n`);
else console.table(results);
