package io.github.palimpsest.results.folder;

import java.util.Map;

/**
 * The values that determine a result or a stage, as in both {@code result.json} and {@code
 * stage.json}.
 *
 * @param inputs the values by name
 */
public record Inputs(Map<String, String> inputs) {
  /** Copies the map; it is empty if the file has none. */
  public Inputs {
    inputs = JsonFile.map(inputs);
  }
}
