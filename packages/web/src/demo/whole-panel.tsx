import { useEffect, useRef, useState, type ReactElement } from "react";
import { Icon } from "./icons.tsx";
import { shownSeconds } from "./numbers.tsx";
import { isBlank, type PanelProps } from "./speak-stage.tsx";
import { knownModel } from "./use-server.ts";
import { useSource } from "./use-source.ts";

interface Comparison {
  readonly firstMs: number;
  readonly madeMs: number;
  readonly wholeMs: number;
  readonly audioMs: number;
}

/** Of a longer text, so many characters: a minute of speech tells as much as an hour, and the server takes no more than some thousands in a request. */
const mostMeasured = 1_000;

/** How long one waits for the first sound: streamed, and as one file. Both are measured here, one after the other. */
export function WholePanel({ server, script }: PanelProps): ReactElement {
  const [chosen, setModel] = useState(server.models.at(-1)?.id ?? script.model);
  const model = knownModel(server, chosen);
  const source = useSource(server, model);
  const [result, setResult] = useState<Comparison>();
  const [step, setStep] = useState<"streaming" | "whole">();
  const [problem, setProblem] = useState<string>();
  const leave = useRef<AbortController>(undefined);
  useEffect(() => () => leave.current?.abort(), []);
  const voice = model === script.model ? script.voice : undefined;
  const isBusy = step !== undefined;

  const measure = async (): Promise<void> => {
    const { signal } = (leave.current = new AbortController());
    const text = [...script.text].slice(0, mostMeasured).join("");
    setProblem(undefined);
    setResult(undefined);
    try {
      setStep("streaming");
      const streamed = await measureStream(source, { text, voice, language: script.language, rate: script.rate, signal });
      setStep("whole");
      const startedMs = performance.now();
      await server.door.wholeFile({ model, input: text, voice, rate: script.rate }, signal);
      setResult({ ...streamed, wholeMs: performance.now() - startedMs });
    } catch (error) {
      if (!signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setStep(undefined);
    }
  };

  return (
    <section className="panel" aria-labelledby="whole">
      <header>
        <h2 id="whole">Streamed, or as one file</h2>
        <p>How long until there is something to hear: over the socket of this page, and as a WAV from <code>POST /v1/audio/speech</code> that has to be complete first. Of a long text, its first {mostMeasured.toLocaleString("en")} characters.</p>
        <button type="button" className={isBusy ? "quiet" : "primary"} disabled={!isBusy && isBlank(script)} onClick={() => (isBusy ? leave.current?.abort() : void measure())}><Icon shape={isBusy ? "stop" : "play"} />{isBusy ? "Stop" : "Measure"}</button>
      </header>
      <label className="field narrow">
        <span>Engine</span>
        <select value={model} disabled={isBusy} onChange={(event) => setModel(event.target.value)}>
          {server.models.map(({ id }) => <option key={id} value={id}>{id}</option>)}
        </select>
      </label>
      <div className="bars" aria-live="polite">
        <WaitBar name="Streamed" waitMs={result?.firstMs} result={result} isNow={step === "streaming"} />
        <WaitBar name="One file" waitMs={result?.wholeMs} result={result} isNow={step === "whole"} />
        {result === undefined ? null : <Verdict {...result} />}
        {problem === undefined ? null : <p className="problem" role="alert">{problem}</p>}
      </div>
    </section>
  );
}

function Verdict({ firstMs, wholeMs, audioMs }: Comparison): ReactElement {
  const times = wholeMs / Math.max(1, firstMs);
  const speech = `${shownSeconds(audioMs)} s of speech`;
  if (times < 1.5) return <p className="verdict">Heard <b>no sooner</b> this time: {speech}. Try a longer text, or once more.</p>;
  return <p className="verdict">Heard <b>{times < 10 ? times.toFixed(1) : times.toFixed(0)} times</b> sooner: {speech}.</p>;
}

function WaitBar({ name, waitMs, result, isNow }: { readonly name: string; readonly waitMs: number | undefined; readonly result: Comparison | undefined; readonly isNow: boolean }): ReactElement {
  const bar = useRef<HTMLDivElement>(null);
  const wholeMs = result === undefined ? 1 : Math.max(result.wholeMs, result.firstMs) + result.audioMs;
  useEffect(() => {
    bar.current?.style.setProperty("--wait", `${String(waitMs === undefined ? 0 : (100 * waitMs) / wholeMs)}%`);
    bar.current?.style.setProperty("--sound", `${String(waitMs === undefined || result === undefined ? 0 : (100 * result.audioMs) / wholeMs)}%`);
  }, [waitMs, wholeMs, result]);
  return (
    <div className="waitbar" data-now={isNow}>
      <span className="waitbar-name">{name}</span>
      <div ref={bar} className="waitbar-track">
        <span className="waitbar-wait" />
        <span className="waitbar-sound" />
      </div>
      <span className="waitbar-value">{waitMs === undefined ? (isNow ? "…" : "–") : `${Math.round(waitMs).toLocaleString("en")} ms`}</span>
    </div>
  );
}

async function measureStream(source: PanelSource, { text, voice, language, rate, signal }: { readonly text: string; readonly voice: string | undefined; readonly language: string; readonly rate: number; readonly signal: AbortSignal }): Promise<Omit<Comparison, "wholeMs">> {
  const startedMs = performance.now();
  let firstMs = 0;
  let audioMs = 0;
  const stream = source.createStream({
    ...(voice === undefined ? { language } : { voice }),
    rate,
    signal,
    onChunk: ({ durationMs }) => {
      if (audioMs === 0) firstMs = performance.now() - startedMs;
      audioMs += durationMs;
    },
  });
  try {
    const ended = stream.waitUntilDone();
    ended.catch(() => undefined);
    await stream.feed(text);
    stream.done();
    await ended;
    return { firstMs, audioMs, madeMs: performance.now() - startedMs };
  } finally {
    await stream.close();
  }
}

type PanelSource = ReturnType<typeof useSource>;
