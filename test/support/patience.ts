/**
 * Timeouts for calls that must succeed: they only end calls that hang. The defaults of five seconds can be too short where other
 * processes occupy every core. There, statements often take longer than a second, which must emit no `slow-query`.
 */
export const PATIENT = { connectionTimeoutMillis: 60_000, query_timeout: 60_000, slowQueryMillis: 60_000 } as const;

/**
 * Timeouts for drivers of which some calls must time out and others must succeed: short enough to wait for, and many
 * times what a response takes on a busy machine.
 */
export const IMPATIENT = { connectionTimeoutMillis: 2_500, query_timeout: 2_000 } as const;

/** What a call may take beyond its timeouts, in milliseconds: a stalled machine does not exceed it, and a call that hangs does. */
export const SLACK = 20_000;
