/** Any value that JSON (RFC 8259) can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
