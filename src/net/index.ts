/**
 * Parses IP addresses, as people and proxies write them, into one canonical form, and names their networks.
 *
 * @module pevensie/net
 */
export { formatIpAddress, type IpAddress, parseIpAddress } from "./ip-address.js";
export { networkOf } from "./networks.js";
