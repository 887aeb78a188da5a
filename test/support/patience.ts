/**
 * Time-outs for calls that must succeed: they only end what hangs. The defaults of five seconds can be too short where other
 * processes occupy every core.
 */
export const PATIENT = { connectionTimeoutMillis: 60_000, query_timeout: 60_000 } as const;

/**
 * Time-outs for drivers of which some calls must time out and others must succeed: short enough to be waited for, and many
 * times what an answer takes on a busy machine.
 */
export const IMPATIENT = { connectionTimeoutMillis: 2_500, query_timeout: 2_000 } as const;

/** What a call may take beyond its time-outs, in milliseconds: a stalled machine does not exceed it, and a call that hangs does. */
export const SLACK = 20_000;
