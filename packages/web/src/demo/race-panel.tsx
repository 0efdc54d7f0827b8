import { useCallback, useEffect, useState, type ReactElement } from "react";
import type { StreamReport } from "@parlando/core";
import { isOver } from "../react/speech-player.tsx";
import type { Speech } from "../react/speech-state.ts";
import { useSpeech } from "../react/use-speech.ts";
import { DownloadLink } from "../react/download-link.tsx";
import { Icon } from "./icons.tsx";
import { realTimeFactorOf } from "./demo-source.ts";
import { Numbers, shownMs, shownSeconds } from "./numbers.tsx";
import { isBlank, type PanelProps } from "./speak-stage.tsx";
import { Tape } from "./tape.tsx";
import { knownModel } from "./use-server.ts";
import { useSource } from "./use-source.ts";

/** Two engines on the same text, at once: one is heard, the other plays in silence at the same pace. */
export function RacePanel({ server, script, oneVoice }: PanelProps): ReactElement {
  const [left, setLeft] = useState(server.models[0]?.id ?? script.model);
  const [right, setRight] = useState(server.models[1]?.id ?? server.models[0]?.id ?? script.model);
  const [heard, setHeard] = useState<"left" | "right">("left");
  const one = useLane(server, script, { model: knownModel(server, left), isHeard: heard === "left" });
  const other = useLane(server, script, { model: knownModel(server, right), isHeard: heard === "right" });
  const isBusy = !isOver(one.speech.phase) || !isOver(other.speech.phase);
  const [stopOne, stopOther] = [one.speech.stop, other.speech.stop];
  const stop = useCallback(() => {
    stopOne();
    stopOther();
  }, [stopOne, stopOther]);
  useEffect(() => oneVoice.join(stop), [oneVoice, stop]);
  const start = (): void => {
    oneVoice.begin(stop);
    one.start();
    other.start();
  };
  const wins = (mine: Speech, theirs: Speech): boolean => mine.firstAudioMs !== undefined && (theirs.firstAudioMs === undefined || mine.firstAudioMs < theirs.firstAudioMs);
  return (
    <section className="panel" aria-labelledby="race">
      <header>
        <h2 id="race">Two engines, one text</h2>
        <p>Both get the text above at the same moment. You hear one, and may change over; the other plays in silence, at the same pace.</p>
        <button type="button" className={isBusy ? "quiet" : "primary"} disabled={!isBusy && isBlank(script)} onClick={isBusy ? stop : start}><Icon shape={isBusy ? "stop" : "play"} />{isBusy ? "Stop both" : "Start both"}</button>
      </header>
      <div className="lanes">
        <Lane side="left" server={server} lane={one} isFirst={wins(one.speech, other.speech)} isHeard={heard === "left"} isBusy={isBusy} onModel={setLeft} onHear={() => setHeard("left")} />
        <Lane side="right" server={server} lane={other} isFirst={wins(other.speech, one.speech)} isHeard={heard === "right"} isBusy={isBusy} onModel={setRight} onHear={() => setHeard("right")} />
      </div>
    </section>
  );
}

interface LaneState {
  readonly model: string;
  readonly speech: Speech;
  readonly madeMs: () => number;
  readonly report: StreamReport | undefined;
  readonly realTimeFactor: number | undefined;
  start(): void;
}

function useLane(server: PanelProps["server"], script: PanelProps["script"], { model, isHeard }: { readonly model: string; readonly isHeard: boolean }): LaneState {
  const source = useSource(server, model);
  const [report, setReport] = useState<StreamReport>();
  const voice = model === script.model ? script.voice : undefined;
  const speech = useSpeech({ source, voice, playerSink: { gain: isHeard ? 1 : 0 }, stream: { rate: script.rate, highWaterMs: 15_000, onMetrics: setReport, ...(voice === undefined ? { language: script.language } : {}) } });
  const start = (): void => {
    setReport(undefined);
    speech.speak(script.text);
  };
  const latest = speech.report ?? report;
  return { model, speech, madeMs: source.madeMs, report: latest, realTimeFactor: realTimeFactorOf(latest, source), start };
}

function Lane({ side, server, lane, isFirst, isHeard, isBusy, onModel, onHear }: {
  readonly side: "left" | "right"; readonly server: PanelProps["server"]; readonly lane: LaneState; readonly isFirst: boolean; readonly isHeard: boolean; readonly isBusy: boolean;
  readonly onModel: (model: string) => void; readonly onHear: () => void;
}): ReactElement {
  const { speech, madeMs, report, realTimeFactor, model } = lane;
  const made = Math.max(madeMs(), speech.receivedMs);
  return (
    <article className="lane" data-heard={isHeard}>
      <div className="lane-head">
        <label className="field">
          <span>{side === "left" ? "Engine A" : "Engine B"}</span>
          <select value={model} disabled={isBusy} onChange={(event) => onModel(event.target.value)}>
            {server.models.map(({ id }) => <option key={id} value={id}>{id}</option>)}
          </select>
        </label>
        <label className="pick"><input type="radio" name="heard" checked={isHeard} onChange={onHear} /><span>{isHeard ? "heard" : "hear this"}</span></label>
        {isFirst ? <span className="badge">first to speak</span> : null}
        <DownloadLink speech={speech} fileName={`${model}.wav`} className="quiet small download"><Icon shape="down" />WAV</DownloadLink>
      </div>
      <Tape speech={speech} madeMs={madeMs} className="tape small" label={`Timeline of ${model}`} />
      <Numbers
        isSmall
        numbers={[
          { name: "First audio", value: shownMs(speech.firstAudioMs), unit: "ms", mood: isFirst ? "good" : undefined },
          { name: "RT factor", value: realTimeFactor?.toFixed(2), unit: "×" },
          { name: "Made", value: shownSeconds(made), unit: "s" },
          { name: "Underruns", value: String(report?.underruns ?? 0), mood: (report?.underruns ?? 0) > 0 ? "bad" : undefined },
        ]}
      />
      {speech.error === undefined ? null : <p className="problem" role="alert"><strong>{speech.error.code}</strong> {speech.error.message}</p>}
    </article>
  );
}
