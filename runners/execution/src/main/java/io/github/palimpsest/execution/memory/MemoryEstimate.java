package io.github.palimpsest.execution.memory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.Json;
import java.util.List;
import java.util.Locale;

/**
 * The predicted peak memory of one process.
 *
 * @param moment when the process needs most: {@code training} or {@code scoring}
 * @param parts the parts of it, which add up
 */
public record MemoryEstimate(String moment, List<Part> parts) {
  /**
   * A part.
   *
   * @param name what the memory is for
   * @param bytes its size
   * @param meaning how the size follows from model and recipe
   */
  public record Part(String name, long bytes, String meaning) {}

  /** Copies the list. */
  public MemoryEstimate {
    parts = List.copyOf(parts);
  }

  /** The peak, in bytes. */
  public long bytes() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /** The parts as readable lines, those of less than 0.5 MB left out. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Part p : parts) {
      if (p.bytes() >= 500_000) {
        text.append(
            String.format(
                Locale.ROOT, "  %-13s %,9.0f MB  %s%n", p.name(), p.bytes() / 1e6, p.meaning()));
      }
    }
    return text.toString();
  }

  /** The estimate as JSON. */
  public ObjectNode json() {
    ObjectNode node = Json.object().put("peak_rss_bytes", bytes()).put("moment", moment);
    ArrayNode all = node.putArray("parts");
    for (Part p : parts) {
      all.addObject().put("part", p.name()).put("bytes", p.bytes()).put("meaning", p.meaning());
    }
    return node;
  }
}
