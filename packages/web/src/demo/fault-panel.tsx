import { useEffect, useState, type ReactElement } from "react";
import type { Warning } from "@parlando/core";
import { isOver } from "../react/speech-player.tsx";
import { useSpeech } from "../react/use-speech.ts";
import { Curves } from "./curves.tsx";
import { Icon } from "./icons.tsx";
import { Numbers, shownMs } from "./numbers.tsx";
import { Slider } from "./slider.tsx";
import { isBlank, type PanelProps } from "./speak-stage.tsx";
import { silencesOf } from "./trace.ts";
import { useSource, useStopOnChange } from "./use-source.ts";
import { useTrace } from "./use-trace.ts";

interface FaultDial {
  readonly delayMs: number;
  readonly realTimeFactor: number;
  readonly stallMs: number;
  readonly failAfterMs: number;
}

const stallAfterMs = 1_500;
const none: FaultDial = { delayMs: 0, realTimeFactor: 0, stallMs: 0, failAfterMs: 0 };

/** What goes wrong by slider, and what the listener hears of it. */
export function FaultPanel({ server, script, oneVoice }: PanelProps): ReactElement {
  const source = useSource(server, script.model);
  const [dial, setDial] = useState<FaultDial>({ ...none, stallMs: 3_500 });
  const [warnings, setWarnings] = useState<readonly Warning[]>([]);
  const engines = server.models.find(({ id }) => id === script.model)?.engines ?? [];
  const speech = useSpeech({
    source,
    voice: script.voice,
    stream: {
      rate: script.rate,
      highWaterMs: 1_000,
      ...(script.voice === undefined ? { language: script.language } : {}),
      engineOptions: { options: { faults: faultsOf(dial, engines[0]) } },
      onWarning: (warning) => setWarnings((before) => [...before, warning].slice(-6)),
    },
  });
  const trace = useTrace(speech, source.madeMs);
  const { stop } = speech;
  useEffect(() => oneVoice.join(stop), [oneVoice, stop]);
  useStopOnChange(source, stop);
  const isBusy = !isOver(speech.phase);
  const start = (): void => {
    oneVoice.begin(stop);
    setWarnings([]);
    speech.speak(script.text);
  };
  const set = (change: Partial<FaultDial>): void => setDial((before) => ({ ...before, ...change }));
  return (
    <section className="panel" aria-labelledby="faults">
      <header>
        <h2 id="faults">When things go wrong</h2>
        <p>{engines.length > 1 ? <>The text above once more. The faults hit <code>{engines[0]}</code>; behind it stands <code>{engines.slice(1).join(", ")}</code>.</> : <>The text above once more. Only <code>{engines[0] ?? script.model}</code> speaks here: when it dies it is asked again from where it stopped, and nothing else takes over.</>}</p>
        <button type="button" className={isBusy ? "quiet" : "primary"} disabled={!isBusy && isBlank(script)} onClick={isBusy ? stop : start}><Icon shape={isBusy ? "stop" : "play"} />{isBusy ? "Stop" : "Speak with faults"}</button>
      </header>
      <div className="faults">
        <div className="dials">
          <Slider name="Late start" value={dial.delayMs} least={0} most={3_000} step={100} shown={dial.delayMs === 0 ? "none" : `${dial.delayMs.toLocaleString("en")} ms`} hint="before the first audio of each request" onChange={(delayMs) => set({ delayMs })} />
          <Slider name="Pace" value={dial.realTimeFactor} least={0} most={1.5} step={0.1} shown={dial.realTimeFactor === 0 ? "its own" : `${dial.realTimeFactor.toFixed(1)} × real time`} hint="above 1 it cannot keep up" onChange={(realTimeFactor) => set({ realTimeFactor })} />
          <Slider name="Stall" value={dial.stallMs} least={0} most={5_000} step={250} shown={dial.stallMs === 0 ? "none" : `${dial.stallMs.toLocaleString("en")} ms`} hint="after 1.5 s of a request’s audio" onChange={(stallMs) => set({ stallMs })} />
          <Slider name="Engine dies" value={dial.failAfterMs} least={0} most={5_000} step={250} shown={dial.failAfterMs === 0 ? "never" : `after ${dial.failAfterMs.toLocaleString("en")} ms`} hint="of a request’s audio" onChange={(failAfterMs) => set({ failAfterMs })} />
        </div>
        <div className="outcome">
          <Curves speech={speech} trace={trace} label="Seconds of speech made, buffered and played, over time" />
          <p className="axis">seconds of speech <span>made</span> <span>buffered</span> <span>played</span>, over the seconds since the click</p>
          <Outcome phase={speech.phase} firstAudioMs={speech.firstAudioMs} silences={silencesOf(trace.points)} underruns={speech.underruns} />
          {speech.error === undefined ? null : <p className="problem" role="alert"><strong>{speech.error.code}</strong> {speech.error.message}</p>}
          {warnings.some(isWithoutFaults) ? <p className="problem" role="alert">This server takes no faults from a page. Start it with <code>parlando serve --faults</code>.</p> : null}
          {warnings.length === 0 ? null : <ul className="warnings">{warnings.map(({ code, message }, index) => <li key={index}><strong>{code}</strong> {message}</li>)}</ul>}
        </div>
      </div>
    </section>
  );
}

/** The engine behind does not know what faults are. */
function isWithoutFaults({ code, message }: Warning): boolean {
  return code === "UNSUPPORTED_OPTION" && message.includes('"faults"');
}

function Outcome({ firstAudioMs, silences, underruns }: { readonly phase: string; readonly firstAudioMs: number | undefined; readonly silences: ReturnType<typeof silencesOf>; readonly underruns: number }): ReactElement {
  const longestMs = Math.max(0, ...silences.map(({ fromMs, toMs }) => toMs - fromMs));
  return (
    <Numbers
      isSmall
      numbers={[
        { name: "First audio", value: shownMs(firstAudioMs), unit: "ms" },
        { name: "Underruns", value: String(underruns), mood: underruns > 0 ? "bad" : undefined },
        { name: "Silences heard", value: String(silences.length), mood: silences.length > 0 ? "bad" : undefined },
        { name: "Longest", value: shownMs(longestMs), unit: "ms", mood: longestMs > 0 ? "bad" : undefined },
      ]}
    />
  );
}

/** As the server's faulty engine takes them; what is at rest is left out. */
function faultsOf({ delayMs, realTimeFactor, stallMs, failAfterMs }: FaultDial, engine: string | undefined): Readonly<Record<string, string | number>> {
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(delayMs === 0 ? {} : { delayMs }),
    ...(realTimeFactor === 0 ? {} : { realTimeFactor }),
    ...(stallMs === 0 ? {} : { stallAfterMs, stallMs }),
    ...(failAfterMs === 0 ? {} : { failAfterMs }),
  };
}
