package io.github.palimpsest.llm.arrow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;

/**
 * A bit for each row.
 *
 * @param bits the bits, the lowest of each byte first; empty if all are set
 */
record Validity(ByteBuffer bits) {
  boolean bit(int row) {
    return (bits.get(row >> 3) >> (row & 7) & 1) == 1;
  }

  /** The column with null in the rows whose bit is not set. */
  Column around(Column values) {
    return bits.limit() == 0
        ? values
        : row -> bit(row) ? values.at(row) : JsonNodeFactory.instance.nullNode();
  }
}
