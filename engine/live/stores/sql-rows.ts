// Rows as bytes: 8 bytes a number, little end first, so that every double comes back bit for bit from any SQL database.

export function bytesOfRows(rows: Float64Array): Buffer {
  return Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
}

/** A copy in memory of its own: `pg` hands out views of shared buffers, `libsql` array buffers. */
export function rowsOfBytes(bytes: Uint8Array | ArrayBuffer): Float64Array {
  return new Float64Array(Uint8Array.from(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes).buffer);
}
