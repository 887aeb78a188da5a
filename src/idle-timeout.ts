/**
 * Returns how long after the last postponement reading a session postpones its idle timeout again, in seconds. `touchSessions` of
 * queries/session.sql has the same rule.
 */
export function touchSeconds(idleSeconds: number): number {
  return Math.min(60, idleSeconds / 10);
}
