/** The client of the section `http`, in a process of its own: autocannon. */
import autocannon from "autocannon";

/** A round. */
export interface LoadTask {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  readonly cookies: readonly string[];
}

/** What was measured, or why it could not be. */
export interface LoadResult {
  readonly seconds: number;
  /** Milliseconds, in the order of the responses. */
  readonly latencies: Float64Array;
  readonly failure: string | null;
}

process.on("message", (task: LoadTask) => {
  perform(task).then(
    (result) => process.send?.(result),
    (error) => process.send?.({ seconds: 0, latencies: new Float64Array(), failure: String(error) }),
  );
});
process.on("disconnect", () => process.exit());

/** autocannon's own figures are whole milliseconds: these are from its events. */
function perform({ port, connections, milliseconds, cookies }: LoadTask): Promise<LoadResult> {
  const latencies: number[] = [];
  const each = Math.floor(cookies.length / connections);
  let opened = 0;
  return new Promise((resolve, reject) => {
    let start = Number.NaN;
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${port}/`,
        connections,
        duration: milliseconds / 1000,
        // It looks at this interval whether the time is over.
        sampleInt: 100,
        setupClient(client) {
          // Each connection sends the cookies of other sessions, by turns.
          const own = cookies.slice(opened * each, (opened + 1) * each);
          opened += 1;
          client.setRequests(own.map((cookie) => ({ headers: { cookie } })));
        },
      },
      (error, { non2xx, errors }) => {
        const seconds = (performance.now() - start) / 1000;
        if (error) return reject(error);
        const failure = non2xx + errors === 0 ? null : `${non2xx} responses were not 200, ${errors} requests failed`;
        resolve({ seconds, latencies: Float64Array.from(latencies), failure });
      },
    );
    // By then the requests have been built, which takes a tenth of a second.
    instance.on("start", () => {
      start = performance.now();
    });
    instance.on("response", (_client, _status, _bytes, responseTime) => latencies.push(responseTime));
  });
}
