// DO NOT EDIT: made from migrations/ by `npm run generate`.

/** The version of each module after its last migration. */
export const latestVersions = {
  "base": "20261122080000",
  "auth": "20261201100000",
  "cache": "20261129100000"
};
