package io.github.palimpsest.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.palimpsest.api.PalimpsestException;
import java.util.Optional;

/** Events as lines of text, one JSON object each: what a worker tells who has started it. */
public final class EventLines {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS).build();
  private static final String BEGIN = "{\"" + RunEvent.TYPE + "\":";

  private EventLines() {}

  /** The line of an event, without its end. */
  public static String write(RunEvent event) {
    try {
      return JSON.writerFor(RunEvent.class).writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event always has a JSON text", e);
    }
  }

  /**
   * The event of a line; empty for a line that is none, such as one that a plugin printed, and for
   * one that was cut off because its process died.
   *
   * @throws PalimpsestException if the line begins as an event and is not one; shows it
   */
  public static Optional<RunEvent> read(String line) {
    if (!line.startsWith(BEGIN) || !line.endsWith("}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(line, RunEvent.class));
    } catch (JsonEOFException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new PalimpsestException("not an event of a run: " + line, e);
    }
  }
}
