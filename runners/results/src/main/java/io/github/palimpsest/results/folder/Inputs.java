package io.github.palimpsest.results.folder;

import java.util.Map;

/**
 * What determines a result or a stage, as {@code result.json} and {@code stage.json} both say it.
 *
 * @param inputs by name
 */
public record Inputs(Map<String, String> inputs) {
  /** Copies the map; it is empty where the file has none. */
  public Inputs {
    inputs = JsonFile.map(inputs);
  }
}
