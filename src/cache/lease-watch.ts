import { now, setTimer } from "../timers.js";

/** How often a process that computes a value checks whether it still holds the lease, in milliseconds. */
const LEASE_CHECK_MILLIS = 500;

/** A lease for which a value is computed. */
export interface WatchedLease {
  /** Aborted when the lease has expired or is lost. */
  readonly lost: AbortController;
  /** No later than the lease ends. */
  readonly end: number;
  isHeld(): Promise<boolean>;
  /** Gives it up. Never rejects. */
  release(): Promise<void>;
}

/** Aborts when the lease has expired or is lost. A lost one is given up, so that the value can be computed anew immediately. */
export function watchLease({ lost, end, isHeld, release }: WatchedLease): { close(): void } {
  let isClosed = false;
  const lose = async () => {
    // Closes the watch.
    lost.abort();
    await release();
  };
  const look = async () => {
    // A server that does not answer says nothing about the lease.
    const isStillHeld = await isHeld().catch(() => true);
    if (isClosed) return;
    if (isStillHeld) timer = next();
    else await lose();
  };
  const next = () => setTimer(() => void look(), LEASE_CHECK_MILLIS);
  let timer = next();
  // Fires even while a check is unanswered.
  const expiry = setTimer(() => void lose(), Math.max(1, end - now()));
  const close = () => {
    isClosed = true;
    timer.close();
    expiry.close();
  };
  // After disconnect() nothing is left to look at.
  lost.signal.addEventListener("abort", close, { once: true });
  return { close };
}
