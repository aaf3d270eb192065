package io.github.palimpsest.llm.arrow;

import com.fasterxml.jackson.databind.JsonNode;

/** The values of a column in one record batch. */
@FunctionalInterface
interface Column {
  /** The value of a row, from 0. */
  JsonNode at(int row);
}
