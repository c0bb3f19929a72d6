/** Connections to machines whose names people typed. */
export interface Outgoing {
  /**
   * The address to connect to, resolved once. `secure`: the connection begins with TLS or must change to it before a password is sent.
   * @throws Error for private addresses, and for connections without TLS, that the operator does not allow
   */
  resolve(host: string, secure: boolean): Promise<string>;
}
