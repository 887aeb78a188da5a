import { now, onNextTurn, setTimer } from "../../timers.js";

/** A callback that runs unless it is cancelled in time. */
export interface Deadline {
  cancel(): void;
}

/**
 * Sets a deadline. Like a timer, it keeps the process alive until it is reached or cancelled.
 *
 * The callback runs only after the event loop has read its sockets once more. If the loop was blocked, the deadline is
 * postponed by that time, at most by its own length. What arrived in the meantime counts as in time.
 */
export function deadlineIn(milliseconds: number, onDeadline: () => void): Deadline {
  const due = now() + milliseconds;
  let isCancelled = false;
  const expire = () =>
    onNextTurn(() => {
      if (!isCancelled) onDeadline();
    });
  let timer = setTimer(() => {
    // Timers fire late when the loop was blocked. Node's may also fire a fraction of a millisecond early.
    const difference = Math.abs(now() - due);
    timer = setTimer(expire, Math.min(difference, milliseconds));
  }, milliseconds);
  return {
    cancel: () => {
      isCancelled = true;
      timer.close();
    },
  };
}
