/** The options of `createWebSessions`, which those of the adapters for frameworks extend. */
export const WEB_SESSION_KEYS = [
  "cookie",
  "clientIp",
  "bindTo",
  "ttlSeconds",
  "idleSeconds",
  "trustedOrigins",
] as const;
