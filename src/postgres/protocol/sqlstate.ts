/** SQLSTATE codes (PostgreSQL documentation, appendix A) that the drivers distinguish. */
export const SqlState = {
  warning: "01000",
  protocolViolation: "08P01",
  featureNotSupported: "0A000",
  uniqueViolation: "23505",
  readOnlyTransaction: "25006",
  noActiveTransaction: "25P01",
  inFailedTransaction: "25P02",
  idleInTransactionSessionTimeout: "25P03",
  transactionTimeout: "25P04",
  invalidStatementName: "26000",
  duplicatePreparedStatement: "42P05",
  insufficientPrivilege: "42501",
  undefinedTable: "42P01",
  duplicateDatabase: "42P04",
  undefinedColumn: "42703",
  undefinedFunction: "42883",
  undefinedObject: "42704",
  invalidSchemaName: "3F000",
  serializationFailure: "40001",
  deadlockDetected: "40P01",
  tooManyConnections: "53300",
  lockNotAvailable: "55P03",
  queryCanceled: "57014",
  adminShutdown: "57P01",
  crashShutdown: "57P02",
  cannotConnectNow: "57P03",
  idleSessionTimeout: "57P05",
  internalError: "XX000",
} as const;

/** The first two characters of a SQLSTATE. */
export const SqlStateClass = {
  warning: "01",
  connectionException: "08",
  integrityConstraintViolation: "23",
  invalidAuthorization: "28",
  invalidCatalogName: "3D",
} as const;

/** Unique indexes whose violation has its own error code. */
export const Constraint = {
  email: "user_email_unique_idx",
  phoneNumber: "user_phone_number_unique_idx",
} as const;
