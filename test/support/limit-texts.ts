/** Texts that are almost the state of a rate limit. No statement takes them for one: neither the one that admits calls nor an eviction. */
export const ALMOST_LIMITS: readonly string[] = [
  "limit:",
  "limit:::::",
  "limit:1:2",
  "limit:1:2:3:4:5",
  "limit:99999999999999999999:1:1:1:1",
  "limit:9999999999999999999:1:1:1:1",
  "limit:179590402005348600:1:1:1:1",
  "limit:1795904020053486000:1:1:1:1:1",
  "limit:1795904020053486000:1:1:1",
  "1limit:1795904020053486000:1:1:1:1",
  `limit:1795904020053486000:1:1:1:${"1".repeat(80)}`,
];
